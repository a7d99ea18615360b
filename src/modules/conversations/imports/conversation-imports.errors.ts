import { DomainError, NotFound } from '#common/errors';

/** There is no such import that the actor may see. */
export class ConversationImportNotFound extends NotFound {
  constructor() {
    super('The import');
  }
}

/** Where nothing is kept, nothing can be brought. */
export class BotKeepsNothing extends DomainError {
  static readonly code = 'conversations.bot_keeps_nothing';
  static readonly kind = 'conflict';
  constructor() {
    super(BotKeepsNothing, 'The privacy of this bot says that nothing is kept.');
  }
}

/** Nobody needs more at a time. */
export class TooManyConversationImports extends DomainError {
  static readonly code = 'conversations.too_many_imports';
  static readonly kind = 'conflict';
  constructor() {
    super(
      TooManyConversationImports,
      'Other imports of conversations are under way in this workspace. Wait for one of them to end.',
    );
  }
}

/** A person is erased when what is being imported, and may tell of that person, has been. */
export class ImportUnderWay extends DomainError {
  constructor() {
    super(
      { code: 'conversations.import_under_way', kind: 'unavailable' },
      'An import of conversations is under way.',
      {
        retryAfterSeconds: 5,
      },
    );
  }
}

/** The whole file is of another kind than was said. */
export class FileOfConversationsUnreadable extends DomainError {
  constructor(reason: string) {
    super({ code: 'conversations.file_unreadable', kind: 'invalid' }, reason);
  }
}
