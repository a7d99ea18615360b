import type { AnswerError } from './conversations.types.js';
import type { MessageView } from './messages.repository.js';

/** What happens in a turn, in order: one `started`, any number of `delta`, one `completed` or `failed`. */
export type TurnEvent =
  | { readonly type: 'started'; readonly messageId: string; readonly userMessageId: string }
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'completed'; readonly question: MessageView; readonly answer: MessageView }
  | {
      readonly type: 'failed';
      readonly question: MessageView;
      readonly answer: MessageView;
      readonly error: AnswerError & { readonly retryable: boolean };
      readonly cause: unknown;
    };
