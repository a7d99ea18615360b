import type { LinkReport } from './remote.types.js';

const MAX_PROBLEMS = 100;
const MAX_REASON = 500;

type Count = 'added' | 'changed' | 'unchanged' | 'deleted' | 'pushed';

/** Counts what a run comes to. */
export class LinkTally {
  readonly #counts = { added: 0, changed: 0, unchanged: 0, deleted: 0, pushed: 0, failed: 0 };
  readonly #problems: { recordId: string; reason: string }[] = [];
  #fieldsAdded: readonly string[] = [];
  #fieldsGone: readonly string[] = [];

  count(what: Count, records: number): void {
    this.#counts[what] += records;
  }

  fail(recordId: string, reason: string): void {
    this.#counts.failed += 1;
    if (this.#problems.length < MAX_PROBLEMS)
      this.#problems.push({ recordId, reason: reason.slice(0, MAX_REASON) });
  }

  fields(added: readonly string[], gone: readonly string[]): void {
    this.#fieldsAdded = added;
    this.#fieldsGone = gone;
  }

  report(): LinkReport {
    return {
      ...this.#counts,
      ...{ fieldsAdded: this.#fieldsAdded, fieldsGone: this.#fieldsGone },
      problems: [...this.#problems],
    };
  }
}
