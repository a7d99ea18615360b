import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import { JobQueue } from '#common/jobs';
import { Clock } from '#common/time';
import { BotsService } from '#modules/bots';
import { QuestionNotFound, TopicLevelsDiffer, TopicNotFound } from './insights.errors.js';
import type { TopicChanges, TopicRow } from './insights.types.js';
import { tellTopics } from './jobs/tell-topics.job.js';
import { TopicsRepository } from './topics.repository.js';
import { InsightTurnsRepository } from './turns.repository.js';

/** What the team decides about topics; later runs keep to it. */
@Injectable()
export class TopicsService {
  constructor(
    private readonly bots: BotsService,
    private readonly topics: TopicsRepository,
    private readonly turns: InsightTurnsRepository,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Renames, moves to an area, pins or hides. @throws BotNotFound, TopicNotFound, TopicLevelsDiffer */
  async change(actor: Actor, botId: string, id: string, changes: TopicChanges): Promise<TopicRow> {
    const bot = await this.bots.get(actor, botId);
    return this.#holding(bot.workspaceId, bot.id, async () => {
      const topic = await this.#get(bot.workspaceId, bot.id, id);
      if (changes.parentId !== undefined)
        await this.#assertArea(topic, bot.id, bot.workspaceId, changes.parentId);
      const changed: TopicRow = {
        ...topic,
        ...(changes.name === undefined ? {} : { name: changes.name.trim(), namedBy: 'team' }),
        ...(changes.parentId === undefined
          ? {}
          : { parentId: changes.parentId, isMoved: changes.parentId !== null }),
        isPinned: changes.isPinned ?? topic.isPinned,
        isHidden: changes.isHidden ?? topic.isHidden,
      };
      await this.topics.save(bot.workspaceId, bot.id, [changed], this.clock.now());
      if (changed.parentId !== topic.parentId)
        await this.jobs.add(tellTopics, { botId: bot.id }, { workspaceId: bot.workspaceId });
      return changed;
    });
  }

  /**
   * Makes one topic of two: the other's questions, or an area's topics, become those of this one, now and in later runs.
   * @throws BotNotFound, TopicNotFound, TopicLevelsDiffer
   */
  async unite(actor: Actor, botId: string, id: string, otherId: string): Promise<TopicRow> {
    const bot = await this.bots.get(actor, botId);
    const { workspaceId } = bot;
    return this.#holding(workspaceId, bot.id, async () => {
      const topic = await this.#get(workspaceId, bot.id, id);
      const other = await this.#get(workspaceId, bot.id, otherId);
      if (topic.level !== other.level || topic.id === other.id) throw new TopicLevelsDiffer('topicId');
      if (topic.level === 1) await this.topics.moveTopics(workspaceId, other.id, topic.id);
      else await this.topics.moveQuestions(workspaceId, other.id, topic.id);
      await this.topics.remove(workspaceId, [other.id]);
      const united: TopicRow = { ...topic, isUnited: true };
      await this.topics.save(workspaceId, bot.id, [united], this.clock.now());
      await this.jobs.add(tellTopics, { botId: bot.id }, { workspaceId });
      return united;
    });
  }

  /** Puts a question, in all its phrasings, into a topic, where it stays. @throws BotNotFound, TopicNotFound, QuestionNotFound, TopicLevelsDiffer */
  async place(actor: Actor, botId: string, questionId: string, topicId: string): Promise<void> {
    const bot = await this.bots.get(actor, botId);
    await this.#holding(bot.workspaceId, bot.id, async () => {
      const topic = await this.#get(bot.workspaceId, bot.id, topicId);
      if (topic.level !== 2) throw new TopicLevelsDiffer('topicId');
      const moved = await this.topics.placeGroup(bot.workspaceId, bot.id, questionId, topic.id);
      if (moved === 0) throw new QuestionNotFound();
      await this.jobs.add(tellTopics, { botId: bot.id }, { workspaceId: bot.workspaceId });
    });
  }

  /** A run that groups questions meanwhile waits, and then sees what was decided. */
  #holding<T>(workspaceId: string, botId: string, work: () => Promise<T>): Promise<T> {
    return this.unitOfWork.run(async () => {
      await this.turns.hold(workspaceId, botId);
      return work();
    });
  }

  async #get(workspaceId: string, botId: string, id: string): Promise<TopicRow> {
    const topic = await this.topics.find(workspaceId, botId, id);
    if (!topic) throw new TopicNotFound();
    return topic;
  }

  async #assertArea(
    { level }: TopicRow,
    botId: string,
    workspaceId: string,
    parentId: string | null,
  ): Promise<void> {
    if (level === 1) throw new TopicLevelsDiffer('parentId');
    if (parentId !== null && (await this.#get(workspaceId, botId, parentId)).level !== 1)
      throw new TopicLevelsDiffer('parentId');
  }
}
