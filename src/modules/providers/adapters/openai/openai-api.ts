import type { ChatEvent, ChatRequest } from '../../ports/chat-model.port.js';

/** Turns the pieces of one answer into events. */
export interface AnswerReader<Piece> {
  /** Whether the model has said why it ends. */
  readonly hasEnded: boolean;
  read(piece: Piece): Iterable<ChatEvent>;
  /** @throws ProviderProtocolBroken when the stream ended without saying why: it was cut. */
  ending(): Iterable<ChatEvent>;
}

/** One of the interfaces by which OpenAI's models, and those of compatible servers, can be asked. */
export interface OpenAiApi<Body extends object, Piece> {
  bodyOf(request: ChatRequest): Body;
  open(body: Body, signal: AbortSignal): Promise<AsyncIterable<Piece>>;
  readerOf(request: ChatRequest): AnswerReader<Piece>;
}
