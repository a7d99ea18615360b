import { Injectable } from '@nestjs/common';
import {
  bulkhead,
  type BulkheadPolicy,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  handleWhen,
  type IBreaker,
  isBrokenCircuitError,
  SamplingBreaker,
} from 'cockatiel';
import { handlingOf } from './failure-handling.js';
import { ProviderFailure, ProviderUnavailable } from './providers.errors.js';

/** When a circuit opens, and for how long. */
export interface CircuitOptions {
  /** Part of the calls within the window that must have failed. */
  readonly threshold: number;
  readonly windowMs: number;
  /** Fewer calls a second within the window say nothing. */
  readonly minimumPerSecond: number;
  /** After this time one call is let through to see whether it works again. */
  readonly probeAfterMs: number;
  /** Calls under way to one provider. */
  readonly mostAtOnce: number;
  /** Calls that may wait for that; further ones are refused. */
  readonly mostWaiting: number;
}

const defaults: CircuitOptions = {
  threshold: 0.6,
  windowMs: 20_000,
  minimumPerSecond: 0.4,
  probeAfterMs: 5_000,
  mostAtOnce: 2_000,
  mostWaiting: 500,
};

const MOST_KEPT = 2_000;

export type CircuitName = 'closed' | 'half_open' | 'open';

/** One way to a model: the unit that a circuit is for. */
export interface CircuitKey {
  readonly provider: string;
  /** `null`: the installation's own. */
  readonly credentialId: string | null;
  readonly model: string;
}

/**
 * Circuit breakers a provider, credential and model, and a bulkhead a provider. In the memory of each process: what one
 * has found out, the others find out within seconds.
 */
@Injectable()
export class Circuits {
  readonly #options: CircuitOptions;
  readonly #breakers = new Map<string, CircuitBreakerPolicy>();
  readonly #bulkheads = new Map<string, BulkheadPolicy>();

  constructor(options: Partial<CircuitOptions> = {}) {
    this.#options = { ...defaults, ...options };
  }

  /**
   * Begins a call unless the circuit is open or too many wait.
   *
   * @param begin resolves when the answer has begun; it may fail with a `ProviderFailure`.
   * @throws ProviderUnavailable when nobody was asked.
   */
  async begin<T>(key: CircuitKey, begin: () => Promise<T>): Promise<T> {
    const breaker = this.#breakerOf(key);
    // A probe is under way; others do not wait for what comes of it.
    if (breaker.state === CircuitState.HalfOpen) throw new ProviderUnavailable();
    try {
      return await breaker.execute(begin);
    } catch (failure) {
      throw isBrokenCircuitError(failure) ? new ProviderUnavailable() : failure;
    }
  }

  /** Holds a place among the calls to a provider until `release` is called. @throws ProviderUnavailable */
  async enter(provider: string, signal: AbortSignal): Promise<() => void> {
    const { promise: left, resolve: release } = Promise.withResolvers<void>();
    const { promise: entered, resolve: enter, reject } = Promise.withResolvers<void>();
    this.#bulkheadOf(provider)
      .execute(() => {
        enter();
        return left;
      }, signal)
      .catch(reject);
    try {
      await entered;
      return release;
    } catch (failure) {
      signal.throwIfAborted();
      throw new ProviderUnavailable({ cause: failure });
    }
  }

  stateOf(key: CircuitKey): CircuitName {
    const state = this.#breakers.get(nameOf(key))?.state;
    if (state === CircuitState.Open) return 'open';
    return state === CircuitState.HalfOpen ? 'half_open' : 'closed';
  }

  /** How many circuits of each provider are not closed, for the metrics. */
  openByProvider(): ReadonlyMap<string, number> {
    const open = new Map<string, number>();
    for (const [name, { state }] of this.#breakers) {
      const [provider = ''] = name.split('\n', 1);
      open.set(provider, (open.get(provider) ?? 0) + (state === CircuitState.Closed ? 0 : 1));
    }
    return open;
  }

  #breakerOf(key: CircuitKey): CircuitBreakerPolicy {
    const name = nameOf(key);
    const known = this.#breakers.get(name);
    if (known) return known;
    const { threshold, windowMs, minimumPerSecond, probeAfterMs } = this.#options;
    const breaker = circuitBreaker(
      handleWhen((failure) => failure instanceof ProviderFailure && handlingOf(failure).opensCircuit),
      {
        halfOpenAfter: probeAfterMs,
        breaker: new RecentCalls(
          () => new SamplingBreaker({ threshold, duration: windowMs, minimumRps: minimumPerSecond }),
          windowMs,
        ),
      },
    );
    if (this.#breakers.size >= MOST_KEPT) this.#forgetClosed();
    this.#breakers.set(name, breaker);
    return breaker;
  }

  #bulkheadOf(provider: string): BulkheadPolicy {
    const known = this.#bulkheads.get(provider);
    if (known) return known;
    const made = bulkhead(this.#options.mostAtOnce, this.#options.mostWaiting);
    this.#bulkheads.set(provider, made);
    return made;
  }

  #forgetClosed(): void {
    for (const [name, { state }] of this.#breakers)
      if (state === CircuitState.Closed) this.#breakers.delete(name);
  }
}

function nameOf({ provider, credentialId, model }: CircuitKey): string {
  return [provider, credentialId ?? '', model].join('\n');
}

/**
 * The library's breaker moves its window on by one step a call only, so that of a model that is seldom asked it would
 * count the failures of last week. After a pause as long as the window everything begins anew.
 */
class RecentCalls implements IBreaker {
  #breaker: IBreaker;
  #lastCallAt = Date.now();

  constructor(
    private readonly make: () => IBreaker,
    private readonly windowMs: number,
  ) {
    this.#breaker = make();
  }

  get state(): unknown {
    return this.#breaker.state;
  }

  set state(state: unknown) {
    this.#breaker.state = state;
  }

  success(state: CircuitState): void {
    this.#current().success(state);
  }

  failure(state: CircuitState): boolean {
    return this.#current().failure(state);
  }

  #current(): IBreaker {
    const now = Date.now();
    if (now - this.#lastCallAt > this.windowMs) this.#breaker = this.make();
    this.#lastCallAt = now;
    return this.#breaker;
  }
}
