import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { SecretBox } from '#common/crypto';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { NotFound } from '#common/errors';
import { OutboundClient } from '#common/http';
import { Clock } from '#common/time';
import { findProvider, type ProviderFacts } from '../catalogue/provider-catalogue.js';
import { CredentialIncomplete } from './credentials.errors.js';
import { CredentialsRepository } from './credentials.repository.js';
import type { CredentialChanges, CredentialDraft, CredentialSecrets } from './credentials.types.js';
import { checkedHeaders } from './custom-headers.js';
import { WorkspaceLimitsRepository } from '../workspace-limits.repository.js';
import { ProviderCredential } from './entities/provider-credential.entity.js';

const SHOWN_CHARACTERS = 4;
/** Of a shorter key the last four characters would be too much of it. */
const SHORTEST_HINTED = 12;

/** A workspace's ways into model providers. Secrets go in and never come out. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly limits: WorkspaceLimitsRepository,
    private readonly secrets: SecretBox,
    private readonly abilities: Abilities,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly outbound: OutboundClient,
  ) {}

  /** @throws CredentialIncomplete, OutboundUrlInvalid, OutboundAddressRefused, ProviderLimitReached */
  async create(actor: Actor, draft: CredentialDraft): Promise<ProviderCredential> {
    const provider = knownProvider(draft.provider);
    assertComplete(provider, draft);
    const { workspaceId, id: createdById } = actor;
    const { label } = draft;
    const baseUrl = draft.baseUrl === undefined ? null : this.#checkedUrl(draft.baseUrl);
    const credential = new ProviderCredential({
      workspaceId,
      provider: provider.id,
      label,
      baseUrl,
      createdById,
    });
    this.#seal(credential, secretsIn(draft));
    await this.limits.adding(workspaceId, 'credentials', () => this.repository.add(credential));
    return credential;
  }

  list(actor: Actor, page: PageRequest): Promise<Page<ProviderCredential>> {
    return this.repository.list(this.abilities.visibleTo(actor, 'read', 'ProviderCredential'), page);
  }

  /** @throws NotFound */
  async get(actor: Actor, id: string): Promise<ProviderCredential> {
    return this.#find(actor, 'read', id);
  }

  /**
   * A new secret takes the place of the old one; an address cannot be changed without it, since whoever owns the new
   * address would be sent the old secret.
   * @throws NotFound, CredentialIncomplete, OutboundUrlInvalid, OutboundAddressRefused
   */
  async update(actor: Actor, id: string, changes: CredentialChanges): Promise<ProviderCredential> {
    const baseUrl = changes.baseUrl === undefined ? undefined : this.#checkedUrl(changes.baseUrl);
    return this.unitOfWork.run(async () => {
      const credential = await this.#find(actor, 'update', id);
      const secrets = this.#secretsAfter(credential, { ...changes, ...(baseUrl ? { baseUrl } : {}) });
      const { label = credential.label } = changes;
      credential.change({ label, baseUrl: baseUrl ?? credential.baseUrl }, this.clock.now());
      assertComplete(knownProvider(credential.provider), {
        ...secrets,
        baseUrl: credential.baseUrl ?? undefined,
      });
      this.#seal(credential, secrets);
      return credential;
    });
  }

  /** @throws NotFound, CredentialInUse */
  async remove(actor: Actor, id: string): Promise<void> {
    const visible = this.abilities.visibleTo(actor, 'delete', 'ProviderCredential');
    if (!(await this.repository.remove(visible, id))) throw new NotFound('The credential');
  }

  /** What a credential keeps sealed; for calls only, never for answers. */
  secretsOf({ id, sealed }: { readonly id: string; readonly sealed: string }): CredentialSecrets {
    return JSON.parse(this.secrets.open(sealed, `provider_credentials/${id}`)) as CredentialSecrets;
  }

  /** What was sealed for one address is not sent to another. */
  #secretsAfter(credential: ProviderCredential, changes: CredentialChanges): CredentialSecrets {
    const movesAway = changes.baseUrl !== undefined && changes.baseUrl !== credential.baseUrl;
    const before = this.#secretsBefore(credential, changes);
    if (movesAway && changes.secret === undefined && before.secret !== undefined)
      throw new CredentialIncomplete('secret', 'A new address needs the secret again.');
    const kept = movesAway ? {} : before;
    return { ...kept, ...secretsIn(changes) };
  }

  /** What cannot be opened any more, since its key is lost, has to be given again. */
  #secretsBefore(credential: ProviderCredential, changes: CredentialChanges): CredentialSecrets {
    try {
      return this.secretsOf(credential);
    } catch {
      if (changes.secret !== undefined) return {};
      throw new CredentialIncomplete(
        'secret',
        'What was stored cannot be opened any more. Give the secret again.',
      );
    }
  }

  #checkedUrl(baseUrl: string): string {
    return this.outbound.checkUrl(baseUrl).href.replace(/\/+$/, '');
  }

  #seal(credential: ProviderCredential, { secret, headers = {} }: CredentialSecrets): void {
    credential.headerNames = Object.keys(headers);
    credential.secretHint =
      secret && secret.length >= SHORTEST_HINTED ? secret.slice(-SHOWN_CHARACTERS) : null;
    const secrets: CredentialSecrets = { ...(secret ? { secret } : {}), headers };
    credential.sealed = this.secrets.seal(JSON.stringify(secrets), credential.context);
  }

  async #find(actor: Actor, action: string, id: string): Promise<ProviderCredential> {
    const visible = this.abilities.visibleTo(actor, action, 'ProviderCredential');
    const credential = await this.repository.find(visible, id);
    if (!credential) throw new NotFound('The credential');
    return credential;
  }
}

function knownProvider(id: string): ProviderFacts {
  const provider = findProvider(id);
  if (!provider || provider.adapter === 'local')
    throw new CredentialIncomplete('provider', 'There is no such provider.');
  return provider;
}

function assertComplete(
  provider: ProviderFacts,
  { secret, baseUrl }: { readonly secret?: string | undefined; readonly baseUrl?: string | undefined },
): void {
  if (provider.needsKey && !secret)
    throw new CredentialIncomplete('secret', `${provider.label} needs a key.`);
  if (provider.baseUrl === null && !baseUrl)
    throw new CredentialIncomplete(
      'baseUrl',
      `${provider.label} needs a base URL, such as ${provider.baseUrlExample ?? 'https://host/v1'}.`,
    );
}

/** @throws CredentialIncomplete */
function secretsIn({ secret, headers }: CredentialChanges): CredentialSecrets {
  return { ...(secret ? { secret } : {}), ...(headers ? { headers: checkedHeaders(headers) } : {}) };
}
