import { Injectable } from '@nestjs/common';
import { BudgetKeeper } from './budgets/budget-keeper.js';
import { CallClock } from './call-clock.js';
import { CallRecord } from './call-record.js';
import { Circuits } from './circuits.js';
import { CredentialMarks } from './credentials/credential-marks.js';
import { handlingOf } from './failure-handling.js';
import type { WorkspaceModels } from './model-access.js';
import { ProviderFailure } from './providers.errors.js';
import type { CallKind, ModelCall, ModelRef } from './providers.types.js';
import { mostSpentOnTexts, spentOn } from './spending.js';

/** For whom something is asked, and who wants to know how it goes. */
export interface WatchedTexts {
  readonly workspaceId: string;
  /** Whose budgets count it beside those of the workspace. */
  readonly botId?: string;
  /** What the workspace can ask, where that is known already. */
  readonly models?: WorkspaceModels | undefined;
  readonly signal?: AbortSignal | undefined;
  /** All of it, retries included, may take so long; by default two minutes. */
  readonly withinMs?: number;
  /** Told of the call when it has ended, however it did; never of one that reaches no provider. */
  readonly onCall: (call: ModelCall) => void;
}

/** Whom a call goes to. */
export interface TextCall {
  readonly ref: ModelRef;
  readonly credentialId: string | null;
  readonly kind: CallKind;
}

/** What a call is told on its way. */
export interface TextCallWatch {
  readonly signal: AbortSignal;
  readonly onTokens: (tokens: number) => void;
}

const LONGEST_MS = 120_000;

/** Calls of models that are given texts and say nothing: within budgets, behind their circuits, written down. */
@Injectable()
export class TextCalls {
  constructor(
    private readonly budgets: BudgetKeeper,
    private readonly circuits: Circuits,
    private readonly marks: CredentialMarks,
  ) {}

  /** @throws BudgetExhausted before anybody is asked; ProviderFailure. */
  async run<T>(
    { ref: { provider, name }, credentialId, kind }: TextCall,
    texts: readonly string[],
    models: WorkspaceModels,
    { workspaceId, botId, signal, withinMs = LONGEST_MS, onCall }: WatchedTexts,
    call: (watch: TextCallWatch) => Promise<T>,
  ): Promise<T> {
    const ref = { provider, name };
    const facts = models.factsOf(ref);
    const budgets = models.budgets.filter((budget) => budget.botId === null || budget.botId === botId);
    const most = mostSpentOnTexts(facts?.price, texts);
    const reservation =
      budgets.length > 0
        ? await this.budgets.reserve(workspaceId, budgets, most, { messageId: null, ref })
        : null;
    const calls: ModelCall[] = [];
    const record = new CallRecord({ ref, credentialId, facts }, 1, (ended) => calls.push(ended), kind);
    const clock = new CallClock(withinMs, signal);
    let inputTokens = 0;
    const onTokens = (tokens: number): void => {
      inputTokens += tokens;
      record.note({ type: 'usage', inputTokens, outputTokens: 0 });
    };
    try {
      const result = await this.circuits.begin({ provider, credentialId, model: name }, () =>
        call({ signal: clock.signal, onTokens }),
      );
      record.answered();
      return result;
    } catch (failure) {
      record.failed(failure, signal?.aborted ?? false);
      if (failure instanceof ProviderFailure && handlingOf(failure).marksCredential)
        this.marks.refuse(workspaceId, credentialId);
      throw failure;
    } finally {
      clock.release();
      calls.forEach(onCall);
      if (reservation) await this.budgets.settle(reservation, spentOn(calls, most));
    }
  }
}
