import { NotFound } from '#common/errors';

/** There is no such bot in this workspace. */
export class BotNotFound extends NotFound {
  constructor() {
    super('The bot');
  }
}
