import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { Clock } from '#common/time';
import { DatasourcesService, RetrievalService, type SearchHit, UnknownBot } from '#modules/datasources';
import { ChatModels, Ledger, type ModelCall } from '#modules/providers';
import { BotNotFound } from './bots.errors.js';
import { BotsRepository } from './bots.repository.js';
import type { BotChanges, BotDraft, BotModel, BotSettings } from './bots.types.js';
import { Bot } from './entities/bot.entity.js';

/** What a search asks for; what is left out is as the bot has it. */
export interface BotSearch {
  readonly query: string;
  readonly topK?: number;
}

/** Making bots and giving them sources. */
@Injectable()
export class BotsService {
  constructor(
    private readonly repository: BotsRepository,
    private readonly abilities: Abilities,
    private readonly models: ChatModels,
    private readonly datasources: DatasourcesService,
    private readonly retrieval: RetrievalService,
    private readonly ledger: Ledger,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws UnknownModel, ProviderNotConfigured, RepeatedFallback */
  async create(actor: Actor, draft: BotDraft): Promise<Bot> {
    const model = draft.model ?? this.models.defaultModel();
    await this.#assertUsable(actor, model);
    return this.unitOfWork.run(() => this.repository.add(new Bot(actor.workspaceId, { ...draft, model })));
  }

  /** @throws BotNotFound */
  async get(actor: Actor, id: string): Promise<Bot> {
    const bot = await this.repository.find(this.abilities.visibleTo(actor, 'read', 'Bot'), id);
    if (!bot) throw new BotNotFound();
    return bot;
  }

  /** How the bot answers. @throws BotNotFound */
  async getSettings(actor: Actor, id: string): Promise<BotSettings> {
    this.abilities.assertCan(actor, 'read', 'Bot');
    const settings = await this.repository.findSettings(actor.workspaceId, id);
    if (!settings) throw new BotNotFound();
    return settings;
  }

  list(actor: Actor, page: PageRequest): Promise<Page<Bot>> {
    return this.repository.list(this.abilities.visibleTo(actor, 'read', 'Bot'), page);
  }

  /** @throws BotNotFound, UnknownModel, ProviderNotConfigured, RepeatedFallback */
  async update(actor: Actor, id: string, changes: BotChanges): Promise<Bot> {
    if (changes.model) await this.#assertUsable(actor, changes.model);
    return this.unitOfWork.run(async () => {
      const bot = await this.get(actor, id);
      bot.change(changes, this.clock.now());
      return bot;
    });
  }

  /** Removes the bot with its conversations; its sources stay. @throws BotNotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    const removed = await this.repository.remove(this.abilities.visibleTo(actor, 'delete', 'Bot'), id);
    if (!removed) throw new BotNotFound();
  }

  /** Lets the bot answer from a source. Doing it twice changes nothing. @throws BotNotFound, DatasourceNotFound */
  async attach(actor: Actor, id: string, datasourceId: string): Promise<void> {
    const bot = await this.get(actor, id);
    try {
      await this.datasources.attach(actor, datasourceId, bot.id);
    } catch (error) {
      throw error instanceof UnknownBot ? new BotNotFound() : error;
    }
  }

  /** @throws BotNotFound, DatasourceNotFound */
  async detach(actor: Actor, id: string, datasourceId: string): Promise<void> {
    const bot = await this.get(actor, id);
    await this.datasources.detach(actor, datasourceId, bot.id);
  }

  /** The passages that an answer to this query would be based on, best first. @throws BotNotFound */
  async search(actor: Actor, id: string, { query, topK }: BotSearch): Promise<readonly SearchHit[]> {
    const bot = await this.getSettings(actor, id);
    const { workspaceId, id: botId, retrieval } = bot;
    const calls: ModelCall[] = [];
    const { hits } = await this.retrieval.search({
      ...{ workspaceId, botId, query, topK: topK ?? retrieval.topK, minScore: retrieval.minScore },
      onCall: (call) => calls.push(call),
    });
    const apiKeyId = actor.kind === 'apiKey' ? actor.id : null;
    await this.ledger.write({ workspaceId, botId, userId: actor.userId, apiKeyId }, calls);
    return hits;
  }

  #assertUsable({ workspaceId }: Actor, { fallbacks = [], ...model }: BotModel): Promise<void> {
    return this.models.assertUsable(workspaceId, [model, ...fallbacks]);
  }
}
