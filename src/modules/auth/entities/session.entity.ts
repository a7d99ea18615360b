import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity } from '#common/database';

/** One sign-in of a user into a workspace, kept alive by refresh tokens that rotate. */
@Entity({ tableName: 'sessions' })
export class Session extends TenantEntity {
  @Property({ type: 'uuid' })
  readonly userId: string;

  /** Of the one refresh token that is valid. */
  @Property({ type: 'text' })
  readonly tokenHash: string;

  /** Of tokens that were used up; one of them coming back means that a token was stolen. */
  @Property({ type: 'text[]' })
  readonly previousTokenHashes: string[] = [];

  @Property({ type: 'text', nullable: true })
  readonly userAgent: string | null;

  @Property({ type: 'text', nullable: true })
  readonly ip: string | null;

  @Property({ type: 'datetime', length: 3 })
  readonly lastUsedAt: Date = this.createdAt;

  @Property({ type: 'datetime', length: 3 })
  readonly expiresAt: Date;

  @Property({ type: 'datetime', length: 3, nullable: true })
  readonly revokedAt: Date | null = null;

  constructor(
    fields: Pick<Session, 'workspaceId' | 'userId' | 'tokenHash' | 'expiresAt'> & {
      id: string;
      userAgent?: string;
      ip?: string;
    },
  ) {
    super(fields.workspaceId, fields.id);
    this.userId = fields.userId;
    this.tokenHash = fields.tokenHash;
    this.expiresAt = fields.expiresAt;
    this.userAgent = fields.userAgent?.slice(0, 300) ?? null;
    this.ip = fields.ip ?? null;
  }
}
