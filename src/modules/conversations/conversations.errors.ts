import { DomainError, InvalidFields, NotFound } from '#common/errors';
import { FilterOutdated } from '#modules/datasources';
import { ANSWER_FAILURES, BudgetExhausted } from '#modules/providers';

/** There is no such conversation that the actor may see. */
export class ConversationNotFound extends NotFound {
  constructor() {
    super('The conversation');
  }
}

/** There is no such message that the actor may see. */
export class MessageNotFound extends NotFound {
  constructor() {
    super('The message');
  }
}

/** Somebody has to keep it: the conversation itself is held, or its bot. */
export class ConversationHeld extends DomainError {
  static readonly code = 'conversations.held';
  static readonly kind = 'conflict';
  constructor() {
    const message = 'A legal hold lies on a conversation or on its bot. Nothing was removed.';
    super(ConversationHeld, message);
  }
}

/** Only answers can be rated. */
export class NotAnAnswer extends DomainError {
  static readonly code = 'conversations.not_an_answer';
  static readonly kind = 'conflict';
  constructor() {
    super(NotAnAnswer, 'Only messages of the assistant can be rated.');
  }
}

/** Only an answer that failed or was aborted, and that nothing has followed, can be given again. */
export class NotToBeRetried extends DomainError {
  static readonly code = 'conversations.not_to_be_retried';
  static readonly kind = 'conflict';
  constructor() {
    const message =
      'Only the last answer of a conversation can be given again, and only when it failed or was aborted.';
    super(NotToBeRetried, message);
  }
}

/** People answer there, so the bot does not. */
export class ConversationHandedOver extends DomainError {
  static readonly code = 'conversations.handed_over';
  static readonly kind = 'conflict';
  constructor() {
    const message = 'People answer in this conversation. Hand it back before the bot is to answer.';
    super(ConversationHandedOver, message);
  }
}

/** The bot answers there, so people do not. */
export class NotHandedOver extends DomainError {
  static readonly code = 'conversations.not_handed_over';
  static readonly kind = 'conflict';
  constructor() {
    super(NotHandedOver, 'The bot answers in this conversation. Take it over first.');
  }
}

/** What is not kept nobody can read, and so nobody can answer it. */
export class TextNotKept extends DomainError {
  static readonly code = 'conversations.text_not_kept';
  static readonly kind = 'conflict';
  constructor() {
    const message =
      'The privacy of this bot says that no text is kept, so people cannot answer in its place.';
    super(TextNotKept, message);
  }
}

/** The answer has ended. */
export class NotBeingAnswered extends DomainError {
  static readonly code = 'conversations.not_being_answered';
  static readonly kind = 'conflict';
  constructor() {
    super(NotBeingAnswered, 'This answer is not being given any more.');
  }
}

/** Why a model is aborted whose answer somebody stopped; never shown. */
export class AnswerStopped extends Error {
  override readonly name = 'AnswerStopped';
}

/** Earlier messages of this conversation are still being answered. */
export class ConversationBusy extends DomainError {
  static readonly code = 'conversations.busy';
  static readonly kind = 'conflict';
  constructor() {
    super(ConversationBusy, 'An earlier message of this conversation is still being answered.', {
      retryAfterSeconds: 5,
    });
  }
}

/** The process died while it answered, which the one that finds the question tells; or the conversation was deleted meanwhile. */
export class TurnInterrupted extends DomainError {
  static readonly code = 'conversations.turn_interrupted';
  static readonly kind = 'unavailable';
  constructor() {
    super(TurnInterrupted, 'The answer was interrupted. Ask again.');
  }
}

/** In how many ways a try at one model can fail. */
export const ATTEMPT_FAILURES = ANSWER_FAILURES;

/** In how many ways a turn can end without an answer. */
export const TURN_FAILURES = [...ANSWER_FAILURES, BudgetExhausted, FilterOutdated, TurnInterrupted] as const;

/** Conversations are looked after by members. */
export class UnknownAssignee extends InvalidFields {
  constructor() {
    super([{ path: 'assigneeId', message: 'names a member that does not exist' }]);
  }
}

/** Views of one workspace have different names. */
export class ViewNameTaken extends DomainError {
  static readonly code = 'conversations.view_name_taken';
  static readonly kind = 'conflict';
  constructor() {
    super(ViewNameTaken, 'There is a view of this name.');
  }
}

/** A team has no more views than that. */
export class TooManyViews extends DomainError {
  static readonly code = 'conversations.too_many_views';
  static readonly kind = 'conflict';
  constructor() {
    super(TooManyViews, 'There are too many views. Remove some.');
  }
}
