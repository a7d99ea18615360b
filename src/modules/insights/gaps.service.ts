import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { type PageRequest, UnitOfWork } from '#common/database';
import { InvalidFields } from '#common/errors';
import { JobQueue, type JobRef } from '#common/jobs';
import { Clock } from '#common/time';
import { BotsService } from '#modules/bots';
import { QaItemsService } from '#modules/datasources';
import { GapsRepository } from './gaps.repository.js';
import type { Gap, GapDetail, GapFix, GapFixDraft, GapPage, GapState, NearPassage } from './gaps.types.js';
import { GapNotFound } from './insights.errors.js';
import { replayGap } from './jobs/replay-gap.job.js';

const SHOWN_PHRASINGS = 20;
const NEAREST = 5;
/** A long document has several passages among the first. */
const SEARCHED = 20;

/** What the bot cannot answer, and what the team does about it. */
@Injectable()
export class GapsService {
  constructor(
    private readonly bots: BotsService,
    private readonly qaItems: QaItemsService,
    private readonly repository: GapsRepository,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws BotNotFound */
  async list(actor: Actor, botId: string, state: GapState | null, page: PageRequest): Promise<GapPage> {
    const bot = await this.bots.get(actor, botId);
    return this.repository.list(bot.workspaceId, bot.id, state, page);
  }

  /** With the passages that come closest to an answer now. @throws BotNotFound, GapNotFound */
  async get(actor: Actor, botId: string, id: string): Promise<GapDetail> {
    const gap = await this.#find(actor, botId, id);
    const { workspaceId } = actor;
    const { hits } = await this.bots.search(actor, botId, { query: gap.question, topK: SEARCHED });
    return {
      gap,
      phrasings: await this.repository.phrasings(workspaceId, id, SHOWN_PHRASINGS),
      conversationIds: await this.repository.conversations(workspaceId, id),
      nearest: nearestOf(hits),
      replays: await this.repository.replays(workspaceId, id),
    };
  }

  /** @throws BotNotFound, GapNotFound */
  async changeState(actor: Actor, botId: string, id: string, state: GapState): Promise<Gap> {
    await this.#find(actor, botId, id);
    await this.repository.changeState(actor.workspaceId, id, state, this.clock.now());
    return this.#find(actor, botId, id);
  }

  /**
   * Gives the bot what answers: a pair in its own source of questions and answers, or a source that is there.
   * @throws BotNotFound, GapNotFound, DatasourceNotFound, TooManyQuestions, InvalidFields unless the draft names one of them
   */
  async fix(actor: Actor, botId: string, id: string, draft: GapFixDraft): Promise<Gap> {
    const gap = await this.#find(actor, botId, id);
    const { answer, datasourceId } = draft;
    if ((answer === undefined) === (datasourceId === undefined))
      throw new InvalidFields([{ path: 'answer', message: 'must be given, or else `datasourceId`' }]);
    await this.unitOfWork.run(async () => {
      const fix: GapFix =
        answer === undefined
          ? { kind: 'source', datasourceId: await this.#attach(actor, botId, datasourceId ?? '') }
          : {
              kind: 'answer',
              datasourceId: await this.#learn(actor, botId, gap, { question: draft.question, answer }),
            };
      await this.repository.keepFix(actor.workspaceId, id, fix, this.clock.now());
    });
    return this.#find(actor, botId, id);
  }

  /** Has the questions of the gap asked again. @throws BotNotFound, GapNotFound */
  async replay(actor: Actor, botId: string, id: string): Promise<JobRef> {
    const gap = await this.#find(actor, botId, id);
    const { workspaceId, userId } = actor;
    return this.jobs.add(replayGap, { botId, gapId: gap.id, userId }, { workspaceId });
  }

  async #attach(actor: Actor, botId: string, datasourceId: string): Promise<string> {
    await this.bots.attach(actor, botId, datasourceId, {});
    return datasourceId;
  }

  /** Of one gap there is one pair: fixed again, it is changed. */
  async #learn(
    actor: Actor,
    botId: string,
    gap: Gap,
    { question = gap.question, answer }: { question: string | undefined; answer: string },
  ): Promise<string> {
    const { datasourceId } = await this.qaItems.learn(actor, { botId, question, answer, originId: gap.id });
    return datasourceId;
  }

  async #find(actor: Actor, botId: string, id: string): Promise<Gap> {
    const bot = await this.bots.get(actor, botId);
    const gap = await this.repository.find(bot.workspaceId, bot.id, id);
    if (!gap) throw new GapNotFound();
    return gap;
  }
}

/** Each document once, by its best passage. */
function nearestOf(hits: readonly NearPassage[]): NearPassage[] {
  const documents = new Map<string, NearPassage>();
  for (const { datasourceId, documentId, title, score } of hits)
    if (!documents.has(documentId)) documents.set(documentId, { datasourceId, documentId, title, score });
  return [...documents.values()].slice(0, NEAREST);
}
