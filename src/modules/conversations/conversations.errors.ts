import { DomainError, NotFound } from '#common/errors';
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
    super(ConversationHeld.code, ConversationHeld.kind, message);
  }
}

/** Only answers can be rated. */
export class NotAnAnswer extends DomainError {
  static readonly code = 'conversations.not_an_answer';
  static readonly kind = 'conflict';
  constructor() {
    super(NotAnAnswer.code, NotAnAnswer.kind, 'Only messages of the assistant can be rated.');
  }
}

/** Only an answer that failed or was aborted, and that nothing has followed, can be given again. */
export class NotToBeRetried extends DomainError {
  static readonly code = 'conversations.not_to_be_retried';
  static readonly kind = 'conflict';
  constructor() {
    const message =
      'Only the last answer of a conversation can be given again, and only when it failed or was aborted.';
    super(NotToBeRetried.code, NotToBeRetried.kind, message);
  }
}

/** The answer has ended. */
export class NotBeingAnswered extends DomainError {
  static readonly code = 'conversations.not_being_answered';
  static readonly kind = 'conflict';
  constructor() {
    super(NotBeingAnswered.code, NotBeingAnswered.kind, 'This answer is not being given any more.');
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
    super(
      ConversationBusy.code,
      ConversationBusy.kind,
      'An earlier message of this conversation is still being answered.',
      { retryAfterSeconds: 5 },
    );
  }
}

/** The process died while it answered, which the one that finds the question tells; or the conversation was deleted meanwhile. */
export class TurnInterrupted extends DomainError {
  static readonly code = 'conversations.turn_interrupted';
  static readonly kind = 'unavailable';
  constructor() {
    super(TurnInterrupted.code, TurnInterrupted.kind, 'The answer was interrupted. Ask again.');
  }
}

/** In how many ways a try at one model can fail. */
export const ATTEMPT_FAILURES = ANSWER_FAILURES;

/** In how many ways a turn can end without an answer. */
export const TURN_FAILURES = [...ANSWER_FAILURES, BudgetExhausted, TurnInterrupted] as const;
