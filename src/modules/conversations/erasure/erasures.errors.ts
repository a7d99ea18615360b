import { NotFound } from '#common/errors';

/** There is no such erasure that the actor may see. */
export class ErasureNotFound extends NotFound {
  constructor() {
    super('The erasure');
  }
}
