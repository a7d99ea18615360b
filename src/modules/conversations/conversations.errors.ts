import { DomainError, NotFound } from '#common/errors';
import { ANSWER_FAILURES } from '#modules/providers';

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

/** Only answers can be rated. */
export class NotAnAnswer extends DomainError {
  static readonly code = 'conversations.not_an_answer';
  static readonly kind = 'conflict';
  constructor() {
    super(NotAnAnswer.code, NotAnAnswer.kind, 'Only messages of the assistant can be rated.');
  }
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
export const TURN_FAILURES = [...ANSWER_FAILURES, TurnInterrupted] as const;
