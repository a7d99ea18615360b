import { Injectable, Logger } from '@nestjs/common';
import type { Reading } from '#common/database';
import { DomainError } from '#common/errors';
import { CallRecord } from './call-record.js';
import { ChatStream, type ChatStreamProgress } from './chat-stream.js';
import { Circuits } from './circuits.js';
import { fitToModel } from './context-budget.js';
import { CredentialMarks } from './credentials/credential-marks.js';
import { handlingOf } from './failure-handling.js';
import { AnswerCap, firstText } from './first-text.js';
import { ModelAccess, type ModelRoute, type WorkspaceModels } from './model-access.js';
import type { ChatEvent, ChatRequest } from './ports/chat-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import { RepeatedFallback } from './providers.errors.js';
import type { ModelCall, ModelRef } from './providers.types.js';
import { RetryPolicy } from './retry-policy.js';

/** A question to whichever model answers it. */
export type ChatQuestion = Omit<ChatRequest, 'model' | 'api'>;

/** The chat models that workspaces can ask. */
@Injectable()
export class ChatModels {
  readonly #logger = new Logger(ChatModels.name);

  constructor(
    private readonly access: ModelAccess,
    private readonly retries: RetryPolicy,
    private readonly calls: ProviderCalls,
    private readonly circuits: Circuits,
    private readonly marks: CredentialMarks,
  ) {}

  /** What a workspace can ask now. */
  accessOf(workspaceId: string): Promise<WorkspaceModels> {
    return this.access.of(workspaceId);
  }

  /** The same, to be read along by somebody else's statement. */
  accessReading(workspaceId: string): Reading<WorkspaceModels> {
    return this.access.reading(workspaceId);
  }

  /** The model of a bot that names none: it needs no key and costs nothing. */
  defaultModel(): ModelRef {
    return { provider: 'local', name: 'extractive' };
  }

  /**
   * Whether a bot of this workspace can use a model and its fallbacks.
   * @throws UnknownModel, ProviderNotConfigured, RepeatedFallback
   */
  async assertUsable(workspaceId: string, refs: readonly ModelRef[]): Promise<void> {
    const models = await this.access.of(workspaceId);
    for (const ref of refs) models.routesTo(ref);
    if (new Set(refs.map(({ provider, name }) => `${provider}/${name}`)).size < refs.length)
      throw new RepeatedFallback();
  }

  /**
   * Asks a model, and until the first text comes also, in order, its fallbacks; each with every credential that the
   * workspace has for it.
   *
   * Iterating throws the chosen model's failure when all fail, a failure in the middle as it is, and the reason of
   * `question.signal` when that aborts. Fallbacks that cannot give the answer its form are not asked. Retries may add up to 20 seconds a credential before the first text.
   */
  stream(
    models: WorkspaceModels,
    ref: ModelRef,
    question: ChatQuestion,
    { fallbacks = [] }: { readonly fallbacks?: readonly ModelRef[] } = {},
  ): ChatStream {
    return new ChatStream(ref, (progress) =>
      this.#answer(
        new Asking(
          models,
          [ref, ...fallbacks.filter((model) => models.canAnswer(model, question))],
          question,
          progress,
          (call, failure) => {
            this.#logFailed(models.workspaceId, call, failure);
          },
        ),
      ),
    );
  }

  #logFailed(workspaceId: string, { name, usage: _, price: __, ...call }: ModelCall, err: unknown): void {
    this.#logger.warn({ ...call, model: name, workspaceId, err }, 'A call of a model failed');
  }

  async *#answer(asking: Asking): AsyncGenerator<ChatEvent> {
    let firstFailure: unknown;
    const refused = new Set<string>();
    for (const attempt of asking.routes()) {
      if (attempt.ok && refused.has(accountOf(attempt.route))) continue;
      const begun = attempt.ok ? await this.#begin(asking, attempt.route) : attempt;
      if (begun.ok) {
        yield* begun.events;
        return;
      }
      firstFailure ??= begun.failure;
      const { failover, marksCredential } = handlingOf(begun.failure);
      if (failover === 'nobody') break;
      if (failover === 'other_credential' && attempt.ok) refused.add(accountOf(attempt.route));
      if (marksCredential && attempt.ok)
        this.marks.refuse(asking.models.workspaceId, attempt.route.credentialId);
    }
    throw firstFailure;
  }

  /** Asks one model with one credential until it begins to answer or is not worth another try. */
  async #begin(asking: Asking, route: ModelRoute): Promise<Begun> {
    const { signal } = asking.question;
    const { request, leftOut } = await fitToModel(asking.question, route.facts, route.ref.provider);
    asking.progress.trying(route.ref, leftOut);
    const tries = this.retries.begin();
    for (;;) {
      const record = asking.record(route);
      try {
        const release = await this.circuits.enter(route.ref.provider, signal);
        return {
          ok: true,
          events: await this.#open(route, toModel(request, route), record, release),
        };
      } catch (failure) {
        record.failed(failure, signal.aborted);
        signal.throwIfAborted();
        if (!(failure instanceof DomainError)) throw failure;
        if (!(await tries.again(failure, signal))) return { ok: false, failure };
      }
    }
  }

  async #open(
    route: ModelRoute,
    request: ChatRequest,
    record: CallRecord,
    release: () => void,
  ): Promise<AsyncIterable<ChatEvent>> {
    const { ref, credentialId } = route;
    const key = { provider: ref.provider, credentialId, model: ref.name };
    try {
      const events = await this.circuits.begin(key, () =>
        firstText(this.calls.chat(ref, () => route.model().stream(request))),
      );
      return recorded(events, record, request.signal, release);
    } catch (failure) {
      release();
      throw failure;
    }
  }
}

type Begun =
  | { readonly ok: true; readonly events: AsyncIterable<ChatEvent> }
  | { readonly ok: false; readonly failure: DomainError };

type Attempt =
  { readonly ok: true; readonly route: ModelRoute } | { readonly ok: false; readonly failure: DomainError };

/** One question on its way through models and credentials. */
class Asking {
  #attempts = 0;

  constructor(
    readonly models: WorkspaceModels,
    private readonly refs: readonly ModelRef[],
    readonly question: ChatQuestion,
    readonly progress: ChatStreamProgress,
    private readonly onFailed: (call: ModelCall, failure: unknown) => void,
  ) {}

  *routes(): Generator<Attempt> {
    for (const ref of this.refs) {
      try {
        for (const route of this.models.routesTo(ref)) yield { ok: true, route };
      } catch (failure) {
        if (!(failure instanceof DomainError)) throw failure;
        this.record({ ref, credentialId: null, facts: undefined }).failed(failure, false);
        yield { ok: false, failure };
      }
    }
  }

  record(route: Pick<ModelRoute, 'ref' | 'credentialId' | 'facts'>): CallRecord {
    this.#attempts += 1;
    return new CallRecord(route, this.#attempts, (call, failure) => {
      this.progress.ended(call);
      if (call.outcome === 'failed') this.onFailed(call, failure);
    });
  }
}

/** The same events, written down, as many as an answer may have; the place among the calls is given back at the end. */
async function* recorded(
  events: AsyncIterable<ChatEvent>,
  record: CallRecord,
  signal: AbortSignal,
  release: () => void,
): AsyncGenerator<ChatEvent> {
  const cap = new AnswerCap();
  try {
    for await (const event of events) {
      cap.add(event);
      record.note(event);
      yield event;
    }
    record.answered();
  } catch (failure) {
    record.failed(failure, signal.aborted);
    throw failure;
  } finally {
    // Its reader has left.
    record.abandoned();
    release();
  }
}

/** A model that cannot think is not asked to: its provider would refuse the request. */
function toModel(
  { reasoningEffort, ...question }: ChatQuestion,
  { ref, api, facts }: ModelRoute,
): ChatRequest {
  const canThink = facts?.abilities?.reasoning !== false;
  return {
    ...{ ...question, model: ref.name },
    ...(api ? { api } : {}),
    ...(reasoningEffort && canThink ? { reasoningEffort } : {}),
  };
}

function accountOf({ credentialId, ref }: ModelRoute): string {
  return credentialId ?? `installation/${ref.provider}`;
}
