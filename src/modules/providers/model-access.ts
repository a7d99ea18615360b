import { Inject, Injectable } from '@nestjs/common';
import type { Reading } from '#common/database';
import { findModel, type ModelFacts, MODELS } from './catalogue/model-catalogue.js';
import { findProvider, PROVIDERS } from './catalogue/provider-catalogue.js';
import { ChatAdapters } from './chat-adapters.js';
import type { Budget } from './budgets/budgets.types.js';
import type { StoredCredential } from './credentials/credentials.types.js';
import { keyOf } from './model-labels.js';
import type { ModelOverride } from './overrides/model-overrides.types.js';
import type { ChatApi, ChatModel, ChatRequest } from './ports/chat-model.port.js';
import { ProviderNotConfigured, UnknownModel } from './providers.errors.js';
import { INSTALLATION_MODELS, type ListedModel, type ModelRef } from './providers.types.js';
import { type WorkspaceFacts, WorkspaceModelsRepository } from './workspace-models.repository.js';

/** One way to ask a model: with whose credential. */
export interface ModelRoute {
  readonly ref: ModelRef;
  /** `null`: the installation's own. */
  readonly credentialId: string | null;
  readonly facts: ModelFacts | undefined;
  /** By which the workspace wants the model to be asked. */
  readonly api?: ChatApi;
  readonly model: () => ChatModel;
}

/** What a workspace can ask. */
export interface WorkspaceModels {
  readonly workspaceId: string;
  /** The ways to a model, in the order in which they are to be tried. @throws UnknownModel, ProviderNotConfigured */
  routesTo(ref: ModelRef): readonly ModelRoute[];
  factsOf(ref: ModelRef): ModelFacts | undefined;
  /** Whether a model can give an answer the form that is asked for; of one that nobody knows it is assumed. */
  canAnswer(ref: ModelRef, question: Pick<ChatRequest, 'answerSchema'>): boolean;
  /** Whether there is a credential, or an account of the installation. */
  isReachable(provider: string): boolean;
  /** Those for a provider, in the order in which they are to be tried. */
  credentialsFor(provider: string): readonly StoredCredential[];
  /** What it, and its bots, may spend. */
  readonly budgets: readonly Budget[];
  /** Every model that is worth showing. */
  list(): readonly ListedModel[];
}

/** Which models a workspace can reach: by its own credentials, or else by those of the installation. */
@Injectable()
export class ModelAccess {
  constructor(
    @Inject(INSTALLATION_MODELS) private readonly installation: ReadonlyMap<string, ChatModel>,
    private readonly adapters: ChatAdapters,
    private readonly repository: WorkspaceModelsRepository,
  ) {}

  async of(workspaceId: string): Promise<WorkspaceModels> {
    return this.#reachable(workspaceId, await this.repository.of(workspaceId));
  }

  /** The same, to be read along by somebody else's statement. */
  reading(workspaceId: string): Reading<WorkspaceModels> {
    const { expression, understand } = this.repository.reading(workspaceId);
    return { expression, understand: (read) => this.#reachable(workspaceId, understand(read)) };
  }

  #reachable(workspaceId: string, facts: WorkspaceFacts): WorkspaceModels {
    return new ReachableModels(workspaceId, this.installation, this.adapters, facts);
  }
}

class ReachableModels implements WorkspaceModels {
  readonly #credentials: Map<string, StoredCredential[]>;
  readonly #overrides: Map<string, ModelOverride>;
  readonly budgets: readonly Budget[];

  constructor(
    readonly workspaceId: string,
    private readonly installation: ReadonlyMap<string, ChatModel>,
    private readonly adapters: ChatAdapters,
    { credentials, overrides, budgets }: WorkspaceFacts,
  ) {
    this.#credentials = Map.groupBy(credentials, ({ provider }) => provider);
    this.#overrides = new Map(
      overrides.map((override) => [keyOf(override.provider, override.name), override]),
    );
    this.budgets = budgets;
  }

  routesTo(ref: ModelRef): readonly ModelRoute[] {
    if (!this.installation.has(ref.provider) || ref.provider === 'local') assertKnown(ref);
    const facts = this.factsOf(ref);
    const api = this.#overrides.get(keyOf(ref.provider, ref.name))?.api;
    const asked = { ref, facts, ...(api ? { api } : {}) };
    const own = this.credentialsFor(ref.provider);
    if (own.length > 0)
      return own.map((credential) => ({
        ...{ ...asked, credentialId: credential.id },
        model: () => this.adapters.withCredential(credential),
      }));
    const model = this.installation.get(ref.provider);
    if (!model) throw new ProviderNotConfigured(ref.provider);
    return [{ ...asked, credentialId: null, model: () => model }];
  }

  factsOf(ref: ModelRef): ModelFacts | undefined {
    const listed = findModel(ref.provider, ref.name);
    const override = this.#overrides.get(keyOf(ref.provider, ref.name));
    if (!override) return listed;
    const { contextWindow, maxOutputTokens, price } = override;
    return {
      ...{ provider: ref.provider, name: ref.name, kind: 'chat', abilities: listed?.abilities ?? null },
      contextWindow: contextWindow ?? listed?.contextWindow ?? null,
      maxOutputTokens: maxOutputTokens ?? listed?.maxOutputTokens ?? null,
      price: price ?? listed?.price ?? null,
    };
  }

  canAnswer(ref: ModelRef, { answerSchema }: Pick<ChatRequest, 'answerSchema'>): boolean {
    return answerSchema === undefined || this.factsOf(ref)?.abilities?.structuredOutput !== false;
  }

  list(): readonly ListedModel[] {
    const added = [...this.#overrides.values()].filter(({ provider, name }) => !findModel(provider, name));
    const listed = MODELS.filter(({ kind }) => kind === 'chat');
    return [...listed, ...added].map(({ provider, name }) => {
      const facts = this.factsOf({ provider, name });
      return {
        ...{ provider, name, configured: this.isReachable(provider) },
        ...{ isOwn: this.#overrides.has(keyOf(provider, name)) },
        ...{ contextWindow: facts?.contextWindow ?? null, maxOutputTokens: facts?.maxOutputTokens ?? null },
        ...{ abilities: facts?.abilities ?? null, price: facts?.price ?? null },
      };
    });
  }

  credentialsFor(provider: string): readonly StoredCredential[] {
    return this.#credentials.get(provider) ?? [];
  }

  isReachable(provider: string): boolean {
    return this.installation.has(provider) || this.#credentials.has(provider);
  }
}

/** Other providers take new models all the time; of the built-in one we know them all. */
function assertKnown({ provider, name }: ModelRef): void {
  const facts = findProvider(provider);
  if (!facts) throw new UnknownModel(PROVIDERS.map(({ id }) => id));
  if (facts.adapter !== 'local') return;
  const names = MODELS.filter((model) => model.provider === 'local' && model.kind === 'chat').map(
    (model) => model.name,
  );
  if (!names.includes(name)) throw new UnknownModel(names);
}
