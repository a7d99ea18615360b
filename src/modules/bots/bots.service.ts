import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { type Page, type PageRequest, type Reading, UnitOfWork } from '#common/database';
import { Clock } from '#common/time';
import {
  type Attachment,
  DatasourcesService,
  type PassageFilter,
  RetrievalService,
  type SearchResult,
  type TuningChanges,
  UnknownBot,
} from '#modules/datasources';
import { ChatModels, Ledger, type ModelCall } from '#modules/providers';
import { BotNotFound, BotSlugTaken } from './bots.errors.js';
import { BotsRepository } from './bots.repository.js';
import type { BotChanges, BotDraft, BotModel, BotRetrieval, BotSettings } from './bots.types.js';
import { Bot } from './entities/bot.entity.js';
import { distinctSlug, slugOf } from './slug.js';

/** One in two billion is taken by chance; that several are tells of something else. */
const MOST_TRIES = 4;

/** What a search asks for; what is left out is as the bot has it. */
export interface BotSearch extends Pick<BotRetrieval, 'topK' | 'minScore' | 'neighbours'> {
  readonly query: string;
  /** Narrows this search, beside the bot's own filter. */
  readonly filter?: PassageFilter;
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

  /** @throws UnknownModel, ProviderNotConfigured, RepeatedFallback; BotSlugTaken where the draft names a slug */
  async create(actor: Actor, draft: BotDraft): Promise<Bot> {
    const model = draft.model ?? this.models.defaultModel();
    await this.#assertUsable(actor, model);
    await this.#assertNamesKnown(actor, draft.retrieval);
    const privacy = await this.repository.privacyOfNewBots(actor.workspaceId);
    const { slug, name } = draft;
    return slug === undefined
      ? this.#addUnderSomeSlug(
          slugOf(name),
          (free) => new Bot(actor.workspaceId, { ...draft, model, privacy, slug: free }),
        )
      : this.#add(new Bot(actor.workspaceId, { ...draft, model, privacy, slug }));
  }

  /** @throws BotNotFound */
  async get(actor: Actor, id: string): Promise<Bot> {
    const bot = await this.repository.find(this.abilities.visibleTo(actor, 'read', 'Bot'), id);
    if (!bot) throw new BotNotFound();
    return bot;
  }

  /** @throws BotNotFound */
  async getBySlug(actor: Actor, slug: string): Promise<Bot> {
    const bot = await this.repository.findBySlug(this.abilities.visibleTo(actor, 'read', 'Bot'), slug);
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

  /**
   * The same, to be read along by somebody else's statement; null when the bot is gone.
   * @param bot an expression of SQL that gives its id.
   */
  settingsReading(actor: Actor, bot: string): Reading<BotSettings | null> {
    this.abilities.assertCan(actor, 'read', 'Bot');
    return this.repository.settingsReading(actor.workspaceId, bot);
  }

  /** The bot's own model, for work that nobody asks for; null when the bot is gone. */
  async findModel(workspaceId: string, id: string): Promise<BotModel | null> {
    return (await this.repository.findSettings(workspaceId, id))?.model ?? null;
  }

  list(actor: Actor, page: PageRequest): Promise<Page<Bot>> {
    return this.repository.list(this.abilities.visibleTo(actor, 'read', 'Bot'), page);
  }

  /** @throws BotNotFound, BotSlugTaken, UnknownModel, ProviderNotConfigured, RepeatedFallback */
  async update(actor: Actor, id: string, changes: BotChanges): Promise<Bot> {
    if (changes.model) await this.#assertUsable(actor, changes.model);
    await this.#assertNamesKnown(actor, changes.retrieval);
    return this.repository.changing(() =>
      this.unitOfWork.run(async () => {
        const bot = await this.get(actor, id);
        bot.change(changes, this.clock.now());
        return bot;
      }),
    );
  }

  /** Removes the bot with its conversations; its sources stay. @throws BotNotFound, BotHeld */
  async remove(actor: Actor, id: string): Promise<void> {
    const removed = await this.repository.remove(this.abilities.visibleTo(actor, 'delete', 'Bot'), id);
    if (!removed) throw new BotNotFound();
  }

  /**
   * Lets the bot answer from a source, and says how. What the changes leave out stays; doing it twice changes nothing.
   * @throws BotNotFound, DatasourceNotFound, InvalidFields
   */
  async attach(actor: Actor, id: string, datasourceId: string, changes: TuningChanges): Promise<void> {
    const bot = await this.get(actor, id);
    try {
      await this.datasources.attach(actor, datasourceId, bot.id, changes);
    } catch (error) {
      throw error instanceof UnknownBot ? new BotNotFound() : error;
    }
  }

  /** The sources of the bot, and how it uses them. @throws BotNotFound */
  async listAttachments(actor: Actor, id: string, page: PageRequest): Promise<Page<Attachment>> {
    const bot = await this.get(actor, id);
    return this.datasources.listAttachments(actor, bot.id, page);
  }

  /** @throws BotNotFound, DatasourceNotFound */
  async detach(actor: Actor, id: string, datasourceId: string): Promise<void> {
    const bot = await this.get(actor, id);
    await this.datasources.detach(actor, datasourceId, bot.id);
  }

  /** The passages that an answer to this query would be based on, best first. @throws BotNotFound, InvalidFields */
  async search(
    actor: Actor,
    id: string,
    { query, topK, minScore, neighbours, filter: askedFilter }: BotSearch,
    isExplained = false,
  ): Promise<SearchResult> {
    const bot = await this.getSettings(actor, id);
    const { workspaceId, id: botId, retrieval } = bot;
    const calls: ModelCall[] = [];
    const result = await this.retrieval.search({
      ...{ ...retrieval, workspaceId, botId, query, isExplained },
      topK: topK ?? retrieval.topK,
      minScore: minScore ?? retrieval.minScore,
      neighbours: neighbours ?? retrieval.neighbours,
      ...(askedFilter ? { askedFilter } : {}),
      onCall: (call) => calls.push(call),
    });
    const apiKeyId = actor.kind === 'apiKey' ? actor.id : null;
    await this.ledger.write({ workspaceId, botId, userId: actor.userId, apiKeyId }, calls);
    return result;
  }

  async #add(bot: Bot): Promise<Bot> {
    await this.unitOfWork.run(() => this.repository.add(bot));
    return bot;
  }

  /** A slug that nobody asked for is nobody's fault to be taken. */
  async #addUnderSomeSlug(wanted: string, make: (slug: string) => Bot): Promise<Bot> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#add(make(tries === 1 ? wanted : distinctSlug(wanted)));
      } catch (error) {
        if (!(error instanceof BotSlugTaken) || tries === MOST_TRIES) throw error;
      }
    }
  }

  async #assertNamesKnown({ workspaceId }: Actor, retrieval?: BotRetrieval): Promise<void> {
    if (retrieval?.filter)
      await this.datasources.assertNamesKnown(workspaceId, retrieval.filter, 'retrieval.filter');
  }

  #assertUsable({ workspaceId }: Actor, { fallbacks = [], ...model }: BotModel): Promise<void> {
    return this.models.assertUsable(workspaceId, [model, ...fallbacks]);
  }
}
