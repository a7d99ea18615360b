import { DomainError, NotFound } from '#common/errors';

/** There is no such bot in this workspace. */
export class BotNotFound extends NotFound {
  constructor() {
    super('The bot');
  }
}

/** A legal hold lies on it, or on one of its conversations. */
export class BotHeld extends DomainError {
  static readonly code = 'bots.held';
  static readonly kind = 'conflict';
  constructor() {
    super(BotHeld, 'A legal hold lies on the bot or on one of its conversations.');
  }
}

/** Another bot of this workspace has the slug. */
export class BotSlugTaken extends DomainError {
  static readonly code = 'bots.slug_taken';
  static readonly kind = 'conflict';
  constructor() {
    super(BotSlugTaken, 'Another bot of this workspace has this slug.', {
      fields: [{ path: 'slug', message: 'is the slug of another bot' }],
    });
  }
}
