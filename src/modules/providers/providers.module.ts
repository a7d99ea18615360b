import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import { ProvidersConfig } from '#config';
import { GeminiEmbeddingModel } from './adapters/gemini/gemini.embedding-model.js';
import { LocalEmbeddingModel } from './adapters/local/local.embedding-model.js';
import { OpenAiEmbeddingModel } from './adapters/openai/openai.embedding-model.js';
import { BudgetKeeper } from './budgets/budget-keeper.js';
import { BudgetsController } from './budgets/budgets.controller.js';
import { BudgetsRepository } from './budgets/budgets.repository.js';
import { BudgetsService } from './budgets/budgets.service.js';
import { ChatAdapters } from './chat-adapters.js';
import { ChatModels } from './chat-models.service.js';
import { CircuitCensus } from './circuit-census.js';
import { Circuits } from './circuits.js';
import { CredentialAccounts } from './credentials/credential-accounts.js';
import { CredentialMarks } from './credentials/credential-marks.js';
import { CredentialTester } from './credentials/credential-tester.js';
import { ProviderCredentialsController } from './credentials/credentials.controller.js';
import { CredentialsRepository } from './credentials/credentials.repository.js';
import { CredentialsService } from './credentials/credentials.service.js';
import { KeyRotationService } from './credentials/key-rotation.service.js';
import { ProviderCredential } from './credentials/entities/provider-credential.entity.js';
import { EmbeddingAdapters } from './embedding-adapters.js';
import { EmbeddingModels } from './embedding-models.service.js';
import { RerankAdapters } from './rerank-adapters.js';
import { RerankModels } from './rerank-models.service.js';
import { TextCalls } from './text-calls.js';
import { installationAccounts, installationModels } from './installation-models.js';
import { ModelAccess } from './model-access.js';
import { ModelsController } from './models.controller.js';
import { ModelOverridesRepository } from './overrides/model-overrides.repository.js';
import { ModelOverridesService } from './overrides/model-overrides.service.js';
import type { EmbeddingModel } from './ports/embedding-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import { ProvidersController } from './providers.controller.js';
import { EMBEDDING_MODELS, INSTALLATION_MODELS } from './providers.types.js';
import { RetryPolicy } from './retry-policy.js';
import { Ledger } from './usage/ledger.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageRepository } from './usage/usage.repository.js';
import { UsageRows } from './usage/usage-rows.js';
import { UsageRowsRepository } from './usage/usage-rows.repository.js';
import { UsageService } from './usage/usage.service.js';
import { WorkspaceLimitsRepository } from './workspace-limits.repository.js';
import { WorkspaceModelsRepository } from './workspace-models.repository.js';

function embeddingModels(
  config: ProvidersConfig,
  outbound: OutboundClient,
  retries: RetryPolicy,
  local: LocalEmbeddingModel,
): ReadonlyMap<string, EmbeddingModel> {
  const accounts = installationAccounts(config);
  const openai = accounts.get('openai');
  const gemini = accounts.get('gemini');
  return new Map<string, EmbeddingModel>([
    ['local', local],
    ...(openai ? [['openai', new OpenAiEmbeddingModel(openai, outbound, retries)] as const] : []),
    ...(gemini ? [['gemini', new GeminiEmbeddingModel(gemini, outbound, retries)] as const] : []),
  ]);
}

@Module({
  imports: [MikroOrmModule.forFeature([ProviderCredential])],
  controllers: [
    BudgetsController,
    ModelsController,
    ProviderCredentialsController,
    ProvidersController,
    UsageController,
  ],
  providers: [
    BudgetKeeper,
    BudgetsRepository,
    BudgetsService,
    ChatAdapters,
    ChatModels,
    CircuitCensus,
    CredentialAccounts,
    CredentialMarks,
    CredentialsRepository,
    CredentialsService,
    CredentialTester,
    EmbeddingAdapters,
    EmbeddingModels,
    RerankAdapters,
    RerankModels,
    TextCalls,
    KeyRotationService,
    Ledger,
    ModelAccess,
    ModelOverridesRepository,
    ModelOverridesService,
    ProviderCalls,
    UsageRepository,
    UsageRows,
    UsageRowsRepository,
    UsageService,
    WorkspaceLimitsRepository,
    WorkspaceModelsRepository,
    { provide: Circuits, useFactory: () => new Circuits() },
    { provide: LocalEmbeddingModel, useFactory: () => new LocalEmbeddingModel() },
    { provide: RetryPolicy, useFactory: () => new RetryPolicy() },
    { provide: INSTALLATION_MODELS, inject: [ProvidersConfig, ChatAdapters], useFactory: installationModels },
    {
      provide: EMBEDDING_MODELS,
      inject: [ProvidersConfig, OutboundClient, RetryPolicy, LocalEmbeddingModel],
      useFactory: embeddingModels,
    },
  ],
  exports: [BudgetKeeper, ChatModels, EmbeddingModels, KeyRotationService, Ledger, RerankModels, UsageRows],
})
export class ProvidersModule {}
