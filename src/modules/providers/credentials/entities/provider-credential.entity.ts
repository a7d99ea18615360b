import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity, TextListType } from '#common/database';
import type { CredentialState } from '../credentials.types.js';

/** A workspace's way into a provider. The secret is kept sealed, and only its end is ever shown. */
@Entity({ tableName: 'provider_credentials' })
export class ProviderCredential extends TenantEntity {
  @Property({ type: 'text' })
  readonly provider: string;

  @Property({ type: 'text' })
  label: string;

  /** Key and further headers as JSON, sealed for this credential; see `SecretBox`. */
  @Property({ type: 'text' })
  sealed: string;

  /** The last four characters of the key; null where there is none. */
  @Property({ type: 'text', nullable: true })
  secretHint: string | null = null;

  @Property({ type: 'text', nullable: true })
  baseUrl: string | null;

  /** Names of the further headers; their values may be secret. */
  @Property({ type: TextListType })
  headerNames: string[] = [];

  /** `refused`: the provider turned it down when it was last used. */
  @Property({ type: 'text' })
  state: CredentialState = 'active';

  @Property({ type: 'datetime', length: 3, nullable: true })
  refusedAt: Date | null = null;

  @Property({ type: 'uuid' })
  readonly createdById: string;

  @Property({ type: 'datetime', length: 3 })
  updatedAt: Date = this.createdAt;

  constructor(fields: {
    readonly workspaceId: string;
    readonly provider: string;
    readonly label: string;
    readonly baseUrl: string | null;
    readonly createdById: string;
  }) {
    super(fields.workspaceId);
    this.provider = fields.provider;
    this.label = fields.label;
    this.baseUrl = fields.baseUrl;
    this.createdById = fields.createdById;
    this.sealed = '';
  }

  /** Takes over changes; what the provider thought of it before counts no more. */
  change({ label, baseUrl }: { readonly label: string; readonly baseUrl: string | null }, at: Date): void {
    this.label = label;
    this.baseUrl = baseUrl;
    this.state = 'active';
    this.refusedAt = null;
    this.updatedAt = at;
  }

  /** What its secret is sealed for. */
  get context(): string {
    return `provider_credentials/${this.id}`;
  }
}
