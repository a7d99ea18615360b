import type { JobState } from '#common/jobs';

/** That a person is, or was, forgotten. */
export interface Erasure {
  readonly id: string;
  readonly workspaceId: string;
  /** SHA-256 of who is forgotten, as hexadecimal digits. */
  readonly subjectHash: string;
  /** Who it is, sealed; only until it is done. */
  readonly sealedSubject: string | null;
  readonly requestedById: string;
  readonly requestedByUserId: string | null;
  readonly jobId: string | null;
  readonly jobState: JobState | null;
  readonly removed: Readonly<Record<string, number>>;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}
