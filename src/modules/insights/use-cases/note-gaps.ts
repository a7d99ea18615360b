import { Injectable } from '@nestjs/common';
import { newId, UnitOfWork } from '#common/database';
import { Clock } from '#common/time';
import { dot } from '../clustering/matrix.js';
import { GapsRepository, type GapMembers, type UnansweredQuestion } from '../gaps.repository.js';
import { vectorOf } from '../vector-bytes.js';

/** Questions so near to each other lack the same answer. */
const SAME_GAP = 0.75;

interface OpenGap {
  readonly gapId: string;
  readonly groupId: string;
  readonly vector: Float32Array | null;
  readonly leadId: string | null;
  readonly questionIds: string[];
}

/** Puts questions that went without an answer into gaps; those that are there keep what was decided about them. */
@Injectable()
export class NoteGaps {
  constructor(
    private readonly repository: GapsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @returns how many gaps are new. */
  async execute(workspaceId: string, botId: string): Promise<number> {
    const leads = await this.repository.listLeads(workspaceId, botId);
    const gaps: OpenGap[] = leads.map(({ gapId, groupId, vector }) => ({
      ...{ gapId, groupId, leadId: null, questionIds: [] },
      vector: vectorOf(vector),
    }));
    for (const question of await this.repository.listUnanswered(workspaceId, botId)) {
      const vector = vectorOf(question.vector);
      const gap = nearest(gaps, question, vector) ?? open(gaps, question, vector);
      gap.questionIds.push(question.id);
    }
    const changed: GapMembers[] = gaps.filter(({ questionIds }) => questionIds.length > 0);
    if (changed.length === 0) return 0;
    await this.unitOfWork.run(() => this.repository.save(workspaceId, botId, changed, this.clock.now()));
    return changed.filter(({ leadId }) => leadId !== null).length;
  }
}

function nearest(
  gaps: readonly OpenGap[],
  { groupId }: UnansweredQuestion,
  vector: Float32Array | null,
): OpenGap | null {
  let best: OpenGap | null = null;
  let most = SAME_GAP;
  for (const gap of gaps) {
    if (gap.groupId === groupId) return gap;
    if (!vector || gap.vector?.length !== vector.length) continue;
    const similarity = dot(gap.vector, vector);
    if (similarity >= most) [best, most] = [gap, similarity];
  }
  return best;
}

function open(gaps: OpenGap[], { id, groupId }: UnansweredQuestion, vector: Float32Array | null): OpenGap {
  const gap: OpenGap = { gapId: newId(), groupId, vector, leadId: id, questionIds: [] };
  gaps.push(gap);
  return gap;
}
