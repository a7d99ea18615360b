import { Injectable } from '@nestjs/common';
import { Operations, type Run } from '#common/telemetry';
import { MODELS } from './catalogue/model-catalogue.js';
import { keyOf, ModelLabels } from './model-labels.js';
import type { ChatEvent } from './ports/chat-model.port.js';
import { EmbeddingModel, type EmbedOptions } from './ports/embedding-model.port.js';
import { Reranker, type RerankOptions } from './ports/reranker.port.js';
import { providerCall } from './provider-call.operation.js';
import type { ModelRef } from './providers.types.js';

/** Traces and measures what models are asked; never what they are asked for. */
@Injectable()
export class ProviderCalls {
  readonly #labels: ModelLabels;

  constructor(private readonly operations: Operations) {
    this.#labels = new ModelLabels(new Set(MODELS.map(({ provider, name }) => keyOf(provider, name))));
  }

  /** The same answer, watched. */
  chat({ provider, name }: ModelRef, answer: () => AsyncIterable<ChatEvent>): AsyncIterable<ChatEvent> {
    const label = this.#labels.labelOf(provider, name);
    const facts = { kind: 'chat', provider, model: name, 'model.label': label };
    return this.operations.stream(providerCall, facts, answer, (event, run) => {
      if (event.type === 'usage') noteUsage(run, event);
      if (event.type === 'finish') this.#noteAnswered(run, provider, name);
    });
  }

  /** The same model, watched. */
  embedding(model: EmbeddingModel, { provider, name }: ModelRef): EmbeddingModel {
    if (!this.operations.isOn) return model;
    return new WatchedEmbeddingModel(model, this.operations, (didAnswer) => {
      if (didAnswer) this.#labels.markAnswered(provider, name);
      return { provider, model: name, 'model.label': this.#labels.labelOf(provider, name) };
    });
  }

  /** The same reranker, watched. */
  reranker(reranker: Reranker, { provider, name }: ModelRef): Reranker {
    if (!this.operations.isOn) return reranker;
    return new WatchedReranker(reranker, this.operations, (didAnswer) => {
      if (didAnswer) this.#labels.markAnswered(provider, name);
      return { provider, model: name, 'model.label': this.#labels.labelOf(provider, name) };
    });
  }

  #noteAnswered(run: Run, provider: string, model: string): void {
    this.#labels.markAnswered(provider, model);
    run.note({ 'model.label': this.#labels.labelOf(provider, model) });
  }
}

function noteUsage(run: Run, { inputTokens, outputTokens }: Extract<ChatEvent, { type: 'usage' }>): void {
  run.note({ 'tokens.input': inputTokens, 'tokens.output': outputTokens });
}

type LabelsOf = (didAnswer: boolean) => Record<'provider' | 'model' | 'model.label', string>;

class WatchedReranker extends Reranker {
  constructor(
    private readonly reranker: Reranker,
    private readonly operations: Operations,
    private readonly labels: LabelsOf,
  ) {
    super();
  }

  rerank(query: string, texts: readonly string[], options: RerankOptions = {}): Promise<number[]> {
    const facts = { kind: 'rerank', ...this.labels(false), texts: texts.length };
    return this.operations.run(providerCall, facts, async (run) => {
      const scores = await this.reranker.rerank(query, texts, {
        ...options,
        onTokens: (tokens) => {
          run.note({ 'tokens.input': tokens });
          options.onTokens?.(tokens);
        },
      });
      run.note(this.labels(true));
      return scores;
    });
  }
}

class WatchedEmbeddingModel extends EmbeddingModel {
  readonly id: string;
  readonly dimensions: number | null;

  /** @param labels of the model, which its answer may change. */
  constructor(
    private readonly model: EmbeddingModel,
    private readonly operations: Operations,
    private readonly labels: LabelsOf,
  ) {
    super();
    this.id = model.id;
    this.dimensions = model.dimensions;
  }

  embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const facts = { kind: 'embedding', ...this.labels(false), texts: texts.length };
    return this.operations.run(providerCall, facts, async (run) => {
      const vectors = await this.model.embed(texts, {
        ...options,
        onTokens: (tokens) => {
          run.note({ 'tokens.input': tokens });
          options.onTokens?.(tokens);
        },
      });
      run.note(this.labels(true));
      return vectors;
    });
  }
}
