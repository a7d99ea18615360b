import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '#common/errors';
import { printLocation } from '#common/text';
import {
  BudgetExhausted,
  BudgetKeeper,
  type ChatMessage,
  ChatModels,
  type ChatQuestion,
  type ModelRef,
  mostSpent,
  type Reservation,
  type Spending,
  spentOn,
  textOf,
  type ToolCall,
  USUAL_ANSWER_TOKENS,
} from '#modules/providers';
import { headingOf } from '../source-heading.js';
import { CitationFilter } from '../citation-filter.js';
import type { AnswerTrace, AnswerWishes, ToolUse } from '../conversations.types.js';
import type { TurnListener } from '../messages.types.js';
import type { AnswerDraft } from './answer-draft.js';
import { AnswerFromTables } from './answer-from-tables.js';
import { type BotTool, BotTools, type ToolScope } from './bot-tools.js';
import { ToolRefusal } from './table-query.tool.js';

/** A model that goes on searching is told to answer with what it has. */
const MOST_ROUNDS = 8;
const TOOL_TIMEOUT_MS = 10_000;
const NOT_IN_TIME = 'The tool took too long.';
const FAILED = 'The tool failed.';
const NO_TOOL = 'There is no such tool.';

/** What a bot's model is asked. */
export interface Asking extends AnswerWishes, ToolScope {
  readonly messages: readonly ChatMessage[];
  readonly supported: boolean;
  readonly signal: AbortSignal;
  /** Of the answer. */
  readonly messageId: string;
  /** Milliseconds since the question came. */
  readonly elapsedMs: () => number;
}

/** What of an answer may be shown while it comes. */
type TextFilter = Pick<CitationFilter, 'push' | 'end'>;

/** In JSON, numbers in brackets are a list. */
const AS_IT_IS: TextFilter = { push: (text) => text, end: () => '' };

/** Takes what a model says and asks for in one round. */
interface Round {
  readonly onText: (text: string) => void;
  readonly onCall: (call: ToolCall) => void;
}

/** A call that may be made: whom to ask, and what is held back for it. */
interface Admission {
  readonly ref: ModelRef;
  readonly fallbacks: readonly ModelRef[];
  readonly most: Spending;
  readonly reservation: Reservation | null;
}

type Tell = TurnListener['tell'];

/** Lets the bot's model answer: within its budgets, and in rounds as long as it asks for tools. */
@Injectable()
export class AskModel {
  readonly #logger = new Logger(AskModel.name);

  constructor(
    private readonly models: ChatModels,
    private readonly budgets: BudgetKeeper,
    private readonly tools: BotTools,
    private readonly answerFromTables: AnswerFromTables,
  ) {}

  /** The answer goes into `draft`, also what there is of it when this throws. */
  async execute(asking: Asking, draft: AnswerDraft, tell: Tell): Promise<void> {
    const exact = await this.#fromTables(asking, draft);
    if (exact !== null) {
      say(draft, exact, tell);
      return;
    }
    const filter = asking.answerSchema ? AS_IT_IS : new CitationFilter(() => draft.sources.length);
    const messages = [...asking.messages];
    const tools = asking.answerSchema ? [] : await this.tools.of(asking, draft);
    for (let round = 1; ; round += 1) {
      const offered = round <= MOST_ROUNDS ? tools : [];
      const question = questionOf(asking, draft, messages, offered);
      draft.prompt = promptOf(question);
      const calls: ToolCall[] = [];
      const before = draft.text.length;
      await this.#round(asking, draft, question, {
        onText: (text) => {
          say(draft, filter.push(text), tell);
        },
        onCall: (call) => calls.push(call),
      });
      if (calls.length === 0) break;
      messages.push({ role: 'assistant', content: draft.text.slice(before), toolCalls: calls });
      for (const call of calls) tell({ type: 'tool_started', callId: call.id, name: call.name });
      const uses = await Promise.all(calls.map((call) => this.#use(asking, tools, call)));
      for (const use of uses) {
        draft.toolUses.push(use);
        messages.push(resultOf(use));
        tell({ type: 'tool_completed', use });
      }
    }
    say(draft, filter.end(), tell);
  }

  /** The built-in model has no tools; others ask the tables themselves. */
  async #fromTables(
    { bot, tables, messages, answerSchema, elapsedMs }: Asking,
    draft: AnswerDraft,
  ): Promise<string | null> {
    const { provider, name } = bot.model;
    const question = messages.at(-1)?.content;
    if (provider !== 'local' || tables.length === 0 || answerSchema || typeof question !== 'string')
      return null;
    const answer = await this.answerFromTables.execute(bot.workspaceId, tables, question, draft);
    if (answer === null) return null;
    draft.model = { provider, name };
    draft.finishReason = 'stop';
    draft.firstTokenMs = elapsedMs();
    return answer;
  }

  async #round(
    asking: Asking,
    draft: AnswerDraft,
    asked: ChatQuestion,
    { onText, onCall }: Round,
  ): Promise<void> {
    const admission = await this.#admit(asking, asked);
    const { ref, fallbacks, most, reservation } = admission;
    // What is held back must be enough: where nobody limits the answer, the budget does.
    const question = reservation ? { maxOutputTokens: USUAL_ANSWER_TOKENS, ...asked } : asked;
    const stream = this.models.stream(asking.models, ref, question, { fallbacks });
    draft.model = ref;
    try {
      for await (const event of stream) {
        draft.model = stream.model;
        if (event.type === 'tool_call') onCall(event.call);
        if (event.type === 'finish') draft.finishReason = event.reason;
        if (event.type !== 'text') continue;
        draft.firstTokenMs ??= asking.elapsedMs();
        // No database takes NUL, and an answer must not be lost for it.
        onText(event.text.replaceAll('\0', ''));
      }
    } finally {
      draft.model = stream.model;
      draft.historyTruncated = Math.max(draft.historyTruncated, stream.historyTruncated);
      draft.calls.push(...stream.calls);
      if (reservation) await this.budgets.settle(reservation, spentOn(stream.calls, most));
    }
  }

  /** @throws BudgetExhausted when neither the bot's model nor a budget's fallback fits into what is left. */
  async #admit({ bot, models, messageId }: Asking, asked: ChatQuestion): Promise<Admission> {
    const { fallbacks = [], provider, name } = bot.model;
    const ref = { provider, name };
    const budgets = models.budgets.filter(({ botId }) => botId === null || botId === bot.id);
    const admitted = async (refs: readonly [ModelRef, ...ModelRef[]]): Promise<Admission> => {
      const [first, ...others] = refs;
      const most = mostSpent(models, refs, asked);
      const reservation =
        budgets.length > 0
          ? await this.budgets.reserve(bot.workspaceId, budgets, most, { messageId, ref: first })
          : null;
      return { ref: first, fallbacks: others, most, reservation };
    };
    try {
      return await admitted([ref, ...fallbacks]);
    } catch (error) {
      const instead = budgets.find(({ fallback }) => fallback)?.fallback;
      if (!(error instanceof BudgetExhausted) || !instead || !models.canAnswer(instead, asked)) throw error;
      return admitted([instead]);
    }
  }

  /** Never throws but for an abort: a tool that fails tells the model so. */
  async #use({ signal }: Asking, tools: readonly BotTool[], call: ToolCall): Promise<ToolUse> {
    const startedAt = performance.now();
    const { id: callId, name, arguments: args, problem } = call;
    const used = (content: string, error: string | null): ToolUse => ({
      ...{ callId, name, arguments: args, content, error },
      durationMs: Math.round(performance.now() - startedAt),
    });
    const tool = tools.find(({ declaration }) => declaration.name === name);
    if (problem !== undefined || !tool) return used('', problem ?? NO_TOOL);
    try {
      return used(await inTime(() => tool.run(args), signal), null);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ToolRefusal) return used('', error.message);
      if (error instanceof ToolTimeout) return used('', NOT_IN_TIME);
      if (!(error instanceof DomainError))
        this.#logger.error({ err: error, tool: name }, 'A tool failed unexpectedly');
      return used('', FAILED);
    }
  }
}

/** @throws ToolTimeout, and the reason of the signal when that aborts. */
async function inTime<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  try {
    return await Promise.race([
      work(),
      sleep(TOOL_TIMEOUT_MS, undefined, { signal: AbortSignal.any([done.signal, signal]) }).then(() => {
        throw new ToolTimeout();
      }),
    ]);
  } finally {
    done.abort();
  }
}

class ToolTimeout extends Error {}

function questionOf(
  { bot, supported, signal, answerSchema, reasoningEffort = bot.model.reasoningEffort }: Asking,
  draft: AnswerDraft,
  messages: readonly ChatMessage[],
  tools: readonly BotTool[],
): ChatQuestion {
  const { temperature, maxOutputTokens } = bot.model;
  return {
    ...{ instructions: bot.instructions, messages: [...messages], supported, signal },
    sources: draft.sources
      .slice(0, draft.sourcesAtFirst)
      .map(({ title, url, location, headingPath, text, score }, position) => ({
        ...{ index: position + 1, title, text, score },
        ...(url ? { url } : {}),
        ...(location ? { place: printLocation(location) } : {}),
        ...headingOf(title, headingPath),
      })),
    ...(tools.length > 0 ? { tools: tools.map(({ declaration }) => declaration) } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(answerSchema === undefined ? {} : { answerSchema }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

/** Each round's holds that of the one before. */
function promptOf({ instructions, messages, sources }: ChatQuestion): AnswerTrace['prompt'] {
  const texts = [...messages.map(({ content }) => textOf(content)), ...sources.map(({ text }) => text)];
  const chars = texts.reduce((sum, text) => sum + text.length, instructions.length);
  return { messages: messages.length, chars };
}

function resultOf({ callId, name, content, error }: ToolUse): ChatMessage {
  const isError = error !== null;
  return { role: 'tool', toolCallId: callId, name, content: error ?? content, isError };
}

function say(draft: AnswerDraft, text: string, tell: Tell): void {
  if (text === '') return;
  draft.text += text;
  tell({ type: 'delta', text });
}
