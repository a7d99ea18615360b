import { DomainError } from '#common/errors';

/** Where the file should have gone did not take it. */
export class DeliveryFailed extends DomainError {
  static readonly code = 'exports.delivery_failed';
  static readonly kind = 'unavailable';
  constructor(reason: string, cause?: unknown) {
    super(DeliveryFailed, `The file was not delivered: ${reason}`, {}, { cause });
  }
}
