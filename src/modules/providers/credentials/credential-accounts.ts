import { Injectable } from '@nestjs/common';
import type { ProviderAccount } from '../adapters/shared/provider-account.js';
import { findProvider, type ProviderFacts } from '../catalogue/provider-catalogue.js';
import { ProviderAuthFailed, UnknownModel } from '../providers.errors.js';
import { CredentialsService } from './credentials.service.js';
import type { CredentialSecrets, StoredCredential } from './credentials.types.js';

/** An account, and whose it is with. */
export interface OpenedCredential {
  readonly provider: ProviderFacts;
  readonly account: ProviderAccount;
}

/** Opens credentials for calls. */
@Injectable()
export class CredentialAccounts {
  constructor(private readonly credentials: CredentialsService) {}

  /** @throws ProviderAuthFailed */
  open({ provider: id, baseUrl, ...sealed }: StoredCredential): OpenedCredential {
    const provider = findProvider(id);
    if (!provider) throw new UnknownModel();
    const { secret, headers = {} } = this.#secretsOf(sealed);
    const { keyHeader } = provider;
    const url = baseUrl ?? provider.baseUrl ?? undefined;
    const account = {
      ...(secret ? { apiKey: secret } : {}),
      ...(url ? { baseUrl: url } : {}),
      headers: keyHeader && secret ? { ...headers, [keyHeader]: secret } : headers,
    };
    return { provider, account };
  }

  /** One that was sealed with a key that is lost is as good as refused. @throws ProviderAuthFailed */
  #secretsOf(sealed: Pick<StoredCredential, 'id' | 'sealed'>): CredentialSecrets {
    try {
      return this.credentials.secretsOf(sealed);
    } catch (cause) {
      throw new ProviderAuthFailed({ cause });
    }
  }
}
