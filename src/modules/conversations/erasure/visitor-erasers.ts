import { Injectable } from '@nestjs/common';
import type { ErasedTalks, VisitorEraser } from './ports/visitor-eraser.port.js';

/**
 * The places in which people are forgotten. A module that keeps anything of conversations elsewhere than in tables that
 * refer to them registers its own when it starts, in every process that runs jobs.
 */
@Injectable()
export class VisitorErasers {
  readonly #erasers: VisitorEraser[] = [];

  register(eraser: VisitorEraser): void {
    this.#erasers.push(eraser);
  }

  /** @returns how many of what were removed, in all places together. */
  async erase(talks: ErasedTalks): Promise<Record<string, number>> {
    const removed: Record<string, number> = {};
    for (const eraser of this.#erasers) addUp(removed, await eraser.erase(talks));
    return removed;
  }
}

/** Adds counts to those that there are. */
export function addUp(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) if (count > 0) sums[name] = (sums[name] ?? 0) + count;
}
