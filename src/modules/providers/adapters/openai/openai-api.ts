import type { ChatRequest } from '../../ports/chat-model.port.js';
import type { AnswerReader } from '../shared/streamed-answer.js';

/** One of the interfaces by which OpenAI's models, and those of compatible servers, can be asked. */
export interface OpenAiApi<Body extends object, Piece> {
  bodyOf(request: ChatRequest): Body;
  open(body: Body, signal: AbortSignal): Promise<AsyncIterable<readonly Piece[]>>;
  readerOf(request: ChatRequest): AnswerReader<Piece>;
}
