import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '#common/access';
import {
  decodeCursor,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
  where,
} from '#common/database';
import { CredentialInUse } from './credentials.errors.js';
import type { CredentialState } from './credentials.types.js';
import { ProviderCredential } from './entities/provider-credential.entity.js';

@Injectable()
export class CredentialsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  async add(credential: ProviderCredential): Promise<void> {
    await this.em.insert(credential);
  }

  find(visible: RowFilter, id: string): Promise<ProviderCredential | null> {
    return this.em.findOne(ProviderCredential, where<ProviderCredential>(visible, { id }));
  }

  async list(visible: RowFilter, { limit, cursor }: PageRequest): Promise<Page<ProviderCredential>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(ProviderCredential, where<ProviderCredential>(visible, before), {
      orderBy: { id: 'desc' },
      limit: limit + 1,
    });
    return toPage(rows, limit);
  }

  /** @throws CredentialInUse */
  async remove(visible: RowFilter, id: string): Promise<boolean> {
    const removed = await translateViolations(
      { embedding_models_credential_fk: () => new CredentialInUse() },
      () => this.em.nativeDelete(ProviderCredential, where<ProviderCredential>(visible, { id })),
    );
    return removed > 0;
  }

  /** Notes what the provider thinks of a credential. */
  async mark(workspaceId: string, id: string, state: CredentialState): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update provider_credentials set state = ?, refused_at = case when ? = 'refused' then now() end
       where workspace_id = ? and id = ? and state <> ?`,
      [state, state, workspaceId, id, state],
    );
  }

  /** Credentials whose secrets another key sealed, in all workspaces. */
  async sealedOtherwise(
    keyId: string,
    limit: number,
  ): Promise<{ id: string; workspaceId: string; sealed: string }[]> {
    return this.sql.acrossWorkspaces(
      'keys are rotated for the whole installation',
      `select id, workspace_id as "workspaceId", sealed from provider_credentials
       where split_part(sealed, '.', 2) <> ? order by id limit ?`,
      [keyId, limit],
    );
  }

  /** Puts a newly sealed secret in the place of the one that was read, unless it has been changed since. */
  async reseal(workspaceId: string, id: string, before: string, after: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update provider_credentials set sealed = ?, updated_at = clock_timestamp()
       where workspace_id = ? and id = ? and sealed = ?`,
      [after, workspaceId, id, before],
    );
  }
}
