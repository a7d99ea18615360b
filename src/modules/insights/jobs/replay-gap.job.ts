import { defineJob } from '#common/jobs';

/** Which gap, and who wants to know. */
export interface ReplayRequest {
  readonly botId: string;
  readonly gapId: string;
  readonly userId: string;
}

/** Asks a bot the questions of a gap again. */
export const replayGap = defineJob<ReplayRequest>({
  queue: 'insights',
  name: 'gap.replay',
  attempts: 2,
  backoffMs: 2_000,
  key: ({ gapId, userId }) => `${gapId}:${userId}`,
});
