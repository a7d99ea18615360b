import type { ModelFacts } from './catalogue/model-catalogue.js';
import type { ChatMessage, ChatRequest } from './ports/chat-model.port.js';
import { turnsOf } from './prompt.js';
import {
  frameOf,
  mostTokensOf,
  RULES_TOKENS,
  TokenCounter,
  USUAL_ANSWER_TOKENS,
  writtenOf,
} from './tokens.js';

/** Of a model that nobody knows; a workspace can say what it is. */
const USUAL_WINDOW = 32_768;

/** A request that fits into the model's window. */
export interface FittedRequest<Request> {
  readonly request: Request;
  /** How many earlier messages were left out. */
  readonly leftOut: number;
}

type Fitting = Pick<
  ChatRequest,
  'instructions' | 'sources' | 'tools' | 'answerSchema' | 'messages' | 'maxOutputTokens'
>;

/**
 * Leaves out what does not fit into a model's window: the oldest turns first, each as a whole, then the least relevant
 * sources. The question, and what tools have answered to it, always stay.
 */
export async function fitToModel<Request extends Fitting>(
  request: Request,
  facts: Pick<ModelFacts, 'provider' | 'contextWindow'> | undefined,
  provider: string,
): Promise<FittedRequest<Request>> {
  const budget = budgetOf(request, facts?.contextWindow ?? USUAL_WINDOW);
  const turns = turnsOf(request.messages);
  const said = turns.flat();
  const most =
    mostTokensOf(frameOf(request)) +
    said.reduce((sum, message) => sum + mostTokensOf(writtenOf(message)) + 8, 0);
  if (most <= budget) return { request: { ...request, messages: said }, leftOut: 0 };
  const counter = await TokenCounter.of(provider);
  const sources = [...request.sources];
  const current = turns.pop() ?? [];
  const needed = counter.ofMessages(current);
  let frame = counter.count(frameOf(request));
  while (sources.length > 1 && frame + needed > budget) {
    sources.pop();
    frame = counter.count(frameOf({ ...request, sources }));
  }
  const kept = newestThatFit(turns, budget - frame - needed, counter);
  const messages = [...kept, ...current];
  return { request: { ...request, sources, messages }, leftOut: said.length - messages.length };
}

function budgetOf({ maxOutputTokens = USUAL_ANSWER_TOKENS }: Fitting, window: number): number {
  return window - Math.min(maxOutputTokens, window / 2) - RULES_TOKENS;
}

function newestThatFit(turns: ChatMessage[][], budget: number, counter: TokenCounter): ChatMessage[] {
  const kept: ChatMessage[] = [];
  let left = budget;
  for (const turn of turns.toReversed()) {
    left -= counter.ofMessages(turn);
    if (left < 0) break;
    kept.unshift(...turn);
  }
  return kept;
}
