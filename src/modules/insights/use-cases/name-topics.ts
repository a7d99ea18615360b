import { Injectable, Logger } from '@nestjs/common';
import { inBatches, UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import {
  BudgetKeeper,
  ChatModels,
  type ChatQuestion,
  Ledger,
  type ModelRef,
  mostSpent,
  spentOn,
  type WorkspaceModels,
} from '#modules/providers';
import type { UnnamedTopic } from '../insights.types.js';
import {
  NAMES_SCHEMA,
  namesIn,
  NAMING_INSTRUCTIONS,
  NAMING_QUESTION,
  sourcesOf,
} from '../questions/model-names.js';
import { InsightSettingsRepository } from '../settings/insight-settings.repository.js';
import { TopicsRepository } from '../topics.repository.js';

const TOPICS_A_CALL = 20;
const MOST_CALLS = 3;
const MOST_OUTPUT_TOKENS = 4_000;
const MOST_CHARACTERS = 20_000;

/** Whom a call is made for. */
interface Naming {
  readonly workspaceId: string;
  readonly botId: string;
  readonly ref: ModelRef;
  readonly models: WorkspaceModels;
  readonly signal: AbortSignal;
}

/** Has a model name the topics that bear the names of their terms, where the team has chosen one. */
@Injectable()
export class NameTopics {
  readonly #logger = new Logger(NameTopics.name);

  constructor(
    private readonly settings: InsightSettingsRepository,
    private readonly topics: TopicsRepository,
    private readonly models: ChatModels,
    private readonly budgets: BudgetKeeper,
    private readonly ledger: Ledger,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Topics keep the names of their terms when the model fails or makes no sense. @returns how many were named. */
  async execute(workspaceId: string, botId: string, signal: AbortSignal): Promise<number> {
    const { namingModel: ref } = await this.settings.find(workspaceId, botId);
    if (!ref) return 0;
    const unnamed = await this.topics.listUnnamed(workspaceId, botId, TOPICS_A_CALL * MOST_CALLS);
    if (unnamed.length === 0) return 0;
    const models = await this.models.accessOf(workspaceId);
    let named = 0;
    try {
      for (const batch of inBatches(unnamed, TOPICS_A_CALL))
        named += await this.#name(batch, { workspaceId, botId, ref, models, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DomainError)) throw error;
      this.#logger.warn({ err: error, botId, model: ref }, 'Topics keep the names of their terms');
    }
    return named;
  }

  async #name(batch: readonly UnnamedTopic[], naming: Naming): Promise<number> {
    const names = namesIn(await this.#ask(batch, naming), batch.length);
    const rows = batch.flatMap(({ id }, place) => {
      const name = names.get(place);
      return name === undefined ? [] : [{ id, name }];
    });
    if (rows.length === 0) return 0;
    return this.unitOfWork.run(() => this.topics.nameByModel(naming.workspaceId, rows));
  }

  /** What is spent is in the ledger, and within the budgets, also when the call fails. */
  async #ask(batch: readonly UnnamedTopic[], naming: Naming): Promise<string> {
    const { workspaceId, botId, ref, models, signal } = naming;
    const question: ChatQuestion = {
      ...{ instructions: NAMING_INSTRUCTIONS, messages: [{ role: 'user', content: NAMING_QUESTION }] },
      ...{ sources: sourcesOf(batch), supported: true, answerSchema: NAMES_SCHEMA, signal },
      maxOutputTokens: MOST_OUTPUT_TOKENS,
    };
    const budgets = models.budgets.filter((budget) => budget.botId === null || budget.botId === botId);
    const most = mostSpent(models, [ref], question);
    const reservation =
      budgets.length > 0
        ? await this.budgets.reserve(workspaceId, budgets, most, { messageId: null, ref })
        : null;
    const stream = this.models.stream(models, ref, question);
    let text = '';
    try {
      for await (const event of stream) {
        if (event.type === 'text') text += event.text;
        if (text.length > MOST_CHARACTERS) break;
      }
    } finally {
      await this.ledger.write({ workspaceId, botId }, stream.calls);
      if (reservation) await this.budgets.settle(reservation, spentOn(stream.calls, most));
    }
    return text;
  }
}
