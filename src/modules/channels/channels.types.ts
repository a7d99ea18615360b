import type { EarlierMessage, MessageView } from '#modules/conversations';

/** What one call to the OpenAI-compatible endpoint asks, of whom and where. */
export interface BotQuestion {
  /** A bot's id or slug, also after `bot:`. */
  readonly model: string;
  readonly content: string;
  /** What the client has of the conversation before the question; it counts where the conversation is new. */
  readonly earlier: readonly EarlierMessage[];
  /** The conversation that goes on; without it a new one is opened, with the two below. */
  readonly conversationId?: string;
  /** Who talks, as the caller names its own users. */
  readonly externalUserId?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** An answer, and the bot that gave it. */
export interface BotAnswer {
  readonly botId: string;
  readonly answer: MessageView;
}
