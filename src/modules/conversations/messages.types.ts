import type { AnswerError, AnsweringModel, ToolUse } from './conversations.types.js';
import type { Message } from './entities/message.entity.js';
import type { MessageCitation } from './entities/message-citation.entity.js';
import type { MessageFeedback } from './entities/message-feedback.entity.js';

/** A message with all that is shown of it. */
export interface MessageView {
  readonly message: Message;
  readonly citations: readonly MessageCitation[];
  readonly feedback: MessageFeedback | null;
}

/** How a turn ends whose answer failed. */
export interface TurnFailure {
  readonly type: 'failed';
  /** The model that failed last; null when none was asked. */
  readonly model: AnsweringModel | null;
  readonly error: AnswerError & { readonly retryable: boolean };
  readonly cause: unknown;
}

/**
 * What happens in a turn, in order: one `started`, any number of `delta` and of tools, one `completed` or `failed`. Where
 * people answer in place of the bot `handed_over` alone.
 */
export type TurnEvent =
  | {
      readonly type: 'started';
      readonly botId: string;
      readonly messageId: string;
      readonly userMessageId: string;
    }
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'tool_started'; readonly callId: string; readonly name: string }
  | { readonly type: 'tool_completed'; readonly use: ToolUse }
  | { readonly type: 'completed'; readonly question: MessageView; readonly answer: MessageView }
  | { readonly type: 'handed_over'; readonly botId: string; readonly question: MessageView }
  | TurnFailure;

/** Who listens to a turn. */
export interface TurnListener {
  readonly tell: (event: TurnEvent) => void;
  /** Aborts when they have left. */
  readonly gone: AbortSignal;
}
