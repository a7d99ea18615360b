import { DomainError, NotFound } from '#common/errors';
import { MAX_UNFINISHED } from './export.types.js';

export class ExportNotFound extends NotFound {
  constructor() {
    super('The export');
  }
}

/** The file is not written yet, or will never be. */
export class ExportNotReady extends DomainError {
  static readonly code = 'exports.not_ready';
  static readonly kind = 'conflict';
  constructor() {
    super(ExportNotReady, 'The file is not ready. The job says how far it is.');
  }
}

/** The file was removed when its time was over, or because somebody in it was erased. */
export class ExportExpired extends DomainError {
  static readonly code = 'exports.expired';
  static readonly kind = 'conflict';
  constructor() {
    super(ExportExpired, 'The file is no longer kept. Export it again.');
  }
}

/** A workspace has too many exports under way. */
export class TooManyExports extends DomainError {
  static readonly code = 'exports.too_many';
  static readonly kind = 'limited';
  constructor() {
    super(
      TooManyExports,
      `${String(MAX_UNFINISHED)} exports are under way. Wait until one of them has ended.`,
      { retryAfterSeconds: 30 },
    );
  }
}

/** The format cannot hold that much. */
export class FormatFull extends DomainError {
  static readonly code = 'exports.format_full';
  static readonly kind = 'too_large';
  constructor(format: string, suggestion: string) {
    super(
      FormatFull,
      `A file of the format ${format} cannot hold so much. Take ${suggestion}, or narrow the filter.`,
    );
  }
}

/** The signature of a link is not ours, its time is over, or it was used up. */
export class LinkInvalid extends DomainError {
  static readonly code = 'exports.link_invalid';
  static readonly kind = 'forbidden';
  constructor() {
    super(LinkInvalid, 'The link is not valid: it was changed, its time is over, or it was used up.');
  }
}

/** No byte of the file is in the range that was asked for. */
export class RangeOutside extends DomainError {
  static readonly code = 'exports.range_outside';
  static readonly kind = 'range_outside';
  constructor(readonly bytes: number) {
    super(RangeOutside, `The file has ${String(bytes)} bytes.`);
  }
}
