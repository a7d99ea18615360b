import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import type { JobContext } from '#common/jobs';
import { Clock } from '#common/time';
import { ConversationsService } from '#modules/conversations';
import { GapsRepository } from '../gaps.repository.js';
import type { ReplayedQuestion } from '../gaps.types.js';
import type { ReplayRequest } from '../jobs/replay-gap.job.js';
import { isRefusal } from '../questions/is-refusal.js';

const MOST_QUESTIONS = 10;
const SHOWN_CHARACTERS = 1_000;

/**
 * Asks a bot the questions of a gap again, as a visitor would. The conversations belong to the playground, say of themselves
 * what they are, and are removed when they have been answered; what they cost is in the ledger.
 */
@Injectable()
export class ReplayGap {
  constructor(
    private readonly repository: GapsRepository,
    private readonly conversations: ConversationsService,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ botId, gapId, userId }: ReplayRequest, context: JobContext): Promise<object> {
    const { workspaceId } = context.job;
    const actor: Actor = { kind: 'user', id: userId, userId, workspaceId, role: 'editor' };
    const questions = await this.repository.phrasings(workspaceId, gapId, MOST_QUESTIONS);
    const answers: ReplayedQuestion[] = [];
    for (const question of questions) {
      context.throwIfCancelled();
      answers.push(await this.#ask(actor, { botId, gapId }, question, context.signal));
      context.progress(answers.length / questions.length, 'asking');
    }
    const at = this.clock.now();
    await this.unitOfWork.run(() => this.repository.addReplay(workspaceId, gapId, answers, at));
    return { asked: answers.length, answered: answers.filter(({ answered }) => answered).length };
  }

  async #ask(
    actor: Actor,
    { botId, gapId }: { botId: string; gapId: string },
    question: string,
    signal: AbortSignal,
  ): Promise<ReplayedQuestion> {
    const { id } = await this.conversations.create(actor, botId, {
      channel: 'playground',
      metadata: { replayOfGap: gapId },
    });
    try {
      const { answer } = await this.conversations.askAndWait(actor, id, question, signal);
      const { content = '', answered = false } = answer?.message ?? {};
      const text = content.slice(0, SHOWN_CHARACTERS);
      return { question, answered: answered === true && !isRefusal(content), answer: text, error: null };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DomainError)) throw error;
      return { question, answered: false, answer: '', error: error.code };
    } finally {
      await this.conversations.remove(actor, id);
    }
  }
}
