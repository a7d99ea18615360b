import { OutboundClient } from '#common/http';
import { Operations } from '#common/telemetry';
import { ProvidersConfig } from '#config';
import type { BudgetKeeper } from '../../src/modules/providers/budgets/budget-keeper.js';
import { Circuits } from '../../src/modules/providers/circuits.js';
import type { CredentialAccounts } from '../../src/modules/providers/credentials/credential-accounts.js';
import type { CredentialMarks } from '../../src/modules/providers/credentials/credential-marks.js';
import { EmbeddingAdapters } from '../../src/modules/providers/embedding-adapters.js';
import { EmbeddingModels } from '../../src/modules/providers/embedding-models.service.js';
import type { ModelAccess } from '../../src/modules/providers/model-access.js';
import type { EmbeddingModel } from '../../src/modules/providers/ports/embedding-model.port.js';
import { ProviderCalls } from '../../src/modules/providers/provider-calls.js';
import { TextCalls } from '../../src/modules/providers/text-calls.js';
import { RetryPolicy } from '../../src/modules/providers/retry-policy.js';

/** The embedding models of an installation whose workspaces have no credentials and no budgets. */
export function embeddingModelsOf(
  models: Readonly<Record<string, EmbeddingModel>>,
  embeddings: string,
): EmbeddingModels {
  const config = Object.assign(new ProvidersConfig(), { embeddings });
  const adapters = new EmbeddingAdapters(
    new Map(Object.entries(models)),
    config,
    new OutboundClient({ allow: [] }),
    new RetryPolicy(),
    new ProviderCalls(Operations.unobserved()),
    {} as CredentialAccounts,
  );
  const facts = { budgets: [], credentialsFor: () => [], factsOf: () => undefined };
  return new EmbeddingModels(
    config,
    adapters,
    { of: () => Promise.resolve(facts) } as unknown as ModelAccess,
    new TextCalls({} as BudgetKeeper, new Circuits(), {} as CredentialMarks),
  );
}
