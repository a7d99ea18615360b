import { Injectable } from '@nestjs/common';
import type { JobContext } from '#common/jobs';
import type { RunMode } from '../jobs/run-insights.job.js';
import { EmbedQuestions } from './embed-questions.js';
import { GatherTurns } from './gather-turns.js';
import { NoteGaps } from './note-gaps.js';
import { GroupQuestions, type GroupedQuestions } from './group-questions.js';
import { NameTopics } from './name-topics.js';
import { TellTopics } from './tell-topics.js';

/** What a run has done. */
export interface InsightsRun extends GroupedQuestions {
  /** Turns that were read; those of the last hour before the run before are read again. */
  readonly turns: number;
  /** Questions that were new. */
  readonly embedded: number;
  /** Topics that a model gave a name. */
  readonly named: number;
  readonly newGaps: number;
}

/** Brings the insights of a bot up to date: read, embed, group, name, tell conversations, look for gaps. Each step keeps what it has done. */
@Injectable()
export class RunInsights {
  constructor(
    private readonly gather: GatherTurns,
    private readonly embed: EmbedQuestions,
    private readonly group: GroupQuestions,
    private readonly names: NameTopics,
    private readonly topics: TellTopics,
    private readonly gaps: NoteGaps,
  ) {}

  async execute(botId: string, mode: RunMode, context: JobContext): Promise<InsightsRun> {
    const { workspaceId } = context.job;
    context.progress(0, 'reading');
    const turns = await this.gather.execute(workspaceId, botId, mode === 'rebuild', context);
    context.progress(0.2, 'embedding');
    const embedded = await this.embed.execute(workspaceId, botId, context);
    context.progress(0.75, 'grouping');
    const grouped = await this.group.execute(workspaceId, botId, mode, context);
    context.progress(0.8, 'naming');
    const named = await this.names.execute(workspaceId, botId, context.signal);
    context.progress(0.85, 'telling conversations');
    await this.topics.execute(workspaceId, botId, context.signal);
    context.progress(0.9, 'looking for gaps');
    const newGaps = await this.gaps.execute(workspaceId, botId);
    return { turns, embedded, ...grouped, named, newGaps };
  }
}
