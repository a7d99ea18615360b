import { DomainError, type DocumentedError } from '#common/errors';
import { ConversationBusy, TURN_FAILURES } from '#modules/conversations';
import type { ModelRef } from '#modules/providers';

/** What was given as `model` names no bot of this workspace. */
export class ModelNotFound extends DomainError {
  static readonly code = 'model_not_found';
  static readonly kind = 'not_found';
  constructor() {
    super(ModelNotFound, 'There is no such model.', {
      fields: [{ path: 'model', message: 'must be the id or the slug of one of your bots' }],
    });
  }
}

/** The bot's model cannot do what the request asks of it. */
export class UnsupportedParameter extends DomainError {
  static readonly code = 'unsupported_parameter';
  static readonly kind = 'invalid';
  constructor(path: 'response_format' | 'reasoning_effort', { provider, name }: ModelRef) {
    super(UnsupportedParameter, "The bot's model cannot do what is asked.", {
      fields: [{ path, message: `is not supported by the bot's model (${provider}/${name})` }],
    });
  }
}

/** In how many ways a turn can fail. */
export const COMPLETION_FAILURES: readonly DocumentedError[] = [ConversationBusy, ...TURN_FAILURES];
