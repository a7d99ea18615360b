import { DomainError, type DocumentedError } from '#common/errors';
import { ConversationBusy, TURN_FAILURES } from '#modules/conversations';

/** What was given as `model` names no bot of this workspace. */
export class ModelNotFound extends DomainError {
  static readonly code = 'model_not_found';
  static readonly kind = 'not_found';
  constructor() {
    super(ModelNotFound.code, ModelNotFound.kind, 'There is no such model.', {
      fields: [{ path: 'model', message: 'must be the id or the slug of one of your bots' }],
    });
  }
}

/** In how many ways a turn can fail. */
export const COMPLETION_FAILURES: readonly DocumentedError[] = [ConversationBusy, ...TURN_FAILURES];
