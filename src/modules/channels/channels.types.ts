import type { MessageView, TurnOptions } from '#modules/conversations';
import { REASONING_EFFORTS, type ReasoningEffort } from '#modules/providers';

export { REASONING_EFFORTS, type ReasoningEffort };

/** What one call to the OpenAI-compatible endpoint asks, of whom and where. */
export interface BotQuestion {
  /** A bot's id or slug, also after `bot:`. */
  readonly model: string;
  readonly content: string;
  /** What the client has of the conversation before the question, and how it wants the answer. */
  readonly options: TurnOptions;
  /** The conversation that goes on; without it a new one is opened, with the two below. */
  readonly conversationId?: string;
  /** Who talks, as the caller names its own users. */
  readonly externalUserId?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** An answer, and the bot that gave it. */
export interface BotAnswer {
  readonly botId: string;
  readonly question: MessageView;
  /** Null where people answer in place of the bot. */
  readonly answer: MessageView | null;
}
