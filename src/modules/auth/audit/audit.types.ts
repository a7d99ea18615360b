import type { Actor } from '#common/access';

/** Who did something: a user, an API key, whoever holds a signed link, or the product by itself. */
export type AuditActorKind = Actor['kind'] | 'link' | 'system';

/** On whose behalf something is done, as the audit log keeps it. */
export interface AuditActor {
  readonly kind: AuditActorKind;
  readonly workspaceId: string;
  /** Of the user, the key or the link; none of the product itself. */
  readonly id: string | null;
  /** The user behind it, where there is one. */
  readonly userId: string | null;
}

/** Something that was done. Holds ids and small facts: never a secret, nor what anybody has said. */
export interface AuditedAct {
  /** `noun.verb`, for example `export.download`. */
  readonly action: string;
  /** To what, by the name that permissions have for it. */
  readonly subject: string;
  readonly subjectId: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An entry of the log. */
export interface AuditEntry extends Omit<AuditActor, 'kind' | 'id'>, Required<AuditedAct> {
  readonly id: string;
  readonly actorKind: AuditActorKind;
  readonly actorId: string | null;
  readonly requestId: string | null;
  readonly createdAt: Date;
}

/** Which entries are asked for. */
export interface AuditFilter {
  readonly action?: string;
  readonly subjectId?: string;
  readonly userId?: string;
}
