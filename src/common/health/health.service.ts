import { Injectable } from '@nestjs/common';
import type { HealthIndicator } from './health.indicator.js';

const CHECK_TIMEOUT_MS = 2_000;

export type DependencyState = 'up' | 'down';

/** The state of the process and of what it depends on. */
export interface Readiness {
  readonly ready: boolean;
  readonly dependencies: Readonly<Record<string, DependencyState>>;
}

/** Asks every dependency that has registered. A process that is stopping, or lacks what it cannot do without, is not ready. */
@Injectable()
export class HealthService {
  readonly #indicators: HealthIndicator[] = [];
  #stopping = false;

  register(indicator: HealthIndicator): void {
    this.#indicators.push(indicator);
  }

  /** From now on the process is not ready, so that no new requests are sent to it. */
  markStopping(): void {
    this.#stopping = true;
  }

  async check(): Promise<Readiness> {
    const states = await Promise.all(
      this.#indicators.map(
        async (one) => [one.name, await stateOf(one), one.isDispensable ?? false] as const,
      ),
    );
    const ready =
      !this.#stopping && states.every(([, state, isDispensable]) => state === 'up' || isDispensable);
    return { ready, dependencies: Object.fromEntries(states.map(([name, state]) => [name, state])) };
  }
}

async function stateOf(indicator: HealthIndicator): Promise<DependencyState> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('The check took too long.'));
    }, CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([indicator.check(), timeout]);
    return 'up';
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}
