import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { NotFound } from '#common/errors';
import { JobQueue, type JobRef } from '#common/jobs';
import { DatasourceNotFound, NotQuestions, TooManyQuestions } from '../datasources.errors.js';
import { DatasourcesRepository } from '../datasources.repository.js';
import { Datasource } from '../entities/datasource.entity.js';
import { syncDatasource } from '../jobs/sync-datasource.job.js';
import { QaItemsRepository } from './qa-items.repository.js';
import { type ChangedItems, type LearnedPair, QA_LIMITS, type QaItem, type QaPair } from './qa.types.js';

/** What a bot is to learn. */
export interface Lesson extends LearnedPair {
  readonly botId: string;
  /** The source that is to hold it; without, the bot's own, which is made when there is none. */
  readonly datasourceId?: string;
}

/** Questions and answers that people wrote for bots. Each pair is one passage. */
@Injectable()
export class QaItemsService {
  constructor(
    private readonly items: QaItemsRepository,
    private readonly datasources: DatasourcesRepository,
    private readonly abilities: Abilities,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws DatasourceNotFound, NotQuestions */
  async list(actor: Actor, datasourceId: string, page: PageRequest): Promise<Page<QaItem>> {
    const { id } = await this.#find(actor, 'read', datasourceId);
    return this.items.list(actor.workspaceId, id, page);
  }

  /** @throws DatasourceNotFound, NotQuestions, TooManyQuestions */
  async add(actor: Actor, datasourceId: string, pairs: readonly LearnedPair[]): Promise<ChangedItems> {
    return this.unitOfWork.run(async () => {
      const source = await this.#find(actor, 'update', datasourceId);
      return this.#add(actor, source.id, pairs);
    });
  }

  /** @throws DatasourceNotFound, NotQuestions, NotFound */
  async change(
    actor: Actor,
    datasourceId: string,
    itemId: string,
    changes: Partial<QaPair>,
  ): Promise<ChangedItems> {
    return this.unitOfWork.run(async () => {
      const { id } = await this.#find(actor, 'update', datasourceId);
      const item = await this.items.change(actor.workspaceId, id, itemId, changes);
      if (!item) throw new NotFound('The item');
      return { datasourceId: id, items: [item], job: await this.#sync(actor, id) };
    });
  }

  /** @throws DatasourceNotFound, NotQuestions, NotFound */
  async remove(actor: Actor, datasourceId: string, itemId: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const { id } = await this.#find(actor, 'update', datasourceId);
      if (!(await this.items.remove(actor.workspaceId, id, itemId))) throw new NotFound('The item');
      await this.#sync(actor, id);
    });
  }

  /**
   * Has a bot learn an answer: puts it into a source that the bot answers from. Of one origin a source has one pair, so
   * that a lesson can be repeated and corrected.
   *
   * @throws DatasourceNotFound, NotQuestions, TooManyQuestions, UnknownBot; Forbidden to who may not change sources.
   */
  async learn(actor: Actor, { botId, datasourceId, ...pair }: Lesson): Promise<ChangedItems> {
    return this.unitOfWork.run(async () => {
      const id = datasourceId ?? (await this.#ownSourceOf(actor, botId));
      const source = await this.#find(actor, 'update', id);
      await this.datasources.attach(actor.workspaceId, source.id, [botId]);
      return this.#add(actor, source.id, [pair]);
    });
  }

  async #ownSourceOf(actor: Actor, botId: string): Promise<string> {
    this.abilities.assertCan(actor, 'create', 'Datasource');
    const known = await this.items.findSourceOf(actor.workspaceId, botId);
    if (known !== null) return known;
    const made = new Datasource(actor.workspaceId, { type: 'qa', name: 'Learned answers' });
    await this.datasources.add(made);
    return made.id;
  }

  async #add(actor: Actor, datasourceId: string, pairs: readonly LearnedPair[]): Promise<ChangedItems> {
    const { workspaceId } = actor;
    const items = await this.items.add(workspaceId, datasourceId, actor.id, pairs);
    if ((await this.items.count(workspaceId, datasourceId)) > QA_LIMITS.items) throw new TooManyQuestions();
    return { datasourceId, items, job: await this.#sync(actor, datasourceId) };
  }

  #sync({ workspaceId }: Actor, datasourceId: string): Promise<JobRef> {
    return this.jobs.add(syncDatasource, { datasourceId }, { workspaceId });
  }

  async #find(actor: Actor, action: string, id: string): Promise<Datasource> {
    const source = await this.datasources.find(this.abilities.visibleTo(actor, action, 'Datasource'), id);
    if (!source) throw new DatasourceNotFound();
    if (source.type !== 'qa') throw new NotQuestions();
    return source;
  }
}
