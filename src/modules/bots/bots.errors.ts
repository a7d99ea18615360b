import { DomainError, NotFound } from '#common/errors';

/** There is no such bot in this workspace. */
export class BotNotFound extends NotFound {
  constructor() {
    super('The bot');
  }
}

/** Another bot of this workspace has the slug. */
export class BotSlugTaken extends DomainError {
  static readonly code = 'bots.slug_taken';
  static readonly kind = 'conflict';
  constructor() {
    super(BotSlugTaken.code, BotSlugTaken.kind, 'Another bot of this workspace has this slug.', {
      fields: [{ path: 'slug', message: 'is the slug of another bot' }],
    });
  }
}
