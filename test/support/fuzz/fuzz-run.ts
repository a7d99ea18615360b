import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TestApp } from '../app.js';
import { AnswerSchemas } from './answer-schemas.js';
import { CallMaker } from './call-maker.js';
import { DescribedApi, type DescribedOperation } from './described-api.js';
import { type FuzzCall, type Kind, lineOf } from './fuzz-call.js';
import type { FuzzWorld } from './fuzz-world.js';
import type { HostileStrings } from './hostile-strings.js';
import { HostileSweep } from './hostile-sweep.js';
import { ValueMaker } from './value-maker.js';
import { Verdict } from './verdict.js';
import { type FuzzAnswer, Wire } from './wire.js';

/** So many calls are under way at a time. */
const AT_ONCE = 6;
const SHOWN_FAULTS = 40;
/** So often an operation is called in the end that has not succeeded by chance. */
const PATIENT_CALLS = 60;

export interface FuzzPlan {
  readonly seed: number;
  /** Calls by chance. */
  readonly calls: number;
  readonly hostile: HostileStrings;
  /** Each text and parameter gets one hostile string of so many; null for no sweep. */
  readonly stride: number | null;
  /** Makes this call alone, of all that the seed gives. */
  readonly only?: number;
}

/** What came of the calls. */
export interface FuzzReport {
  readonly calls: number;
  readonly faults: readonly string[];
  readonly kinds: ReadonlyMap<Kind, number>;
  /** Operation -> status -> how often. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly tookMs: number;
  readonly slowestMs: number;
}

/** Whose rows the calls are about, and what makes and judges them. */
interface Stage {
  readonly world: FuzzWorld;
  readonly maker: CallMaker;
  readonly sweep: HostileSweep;
  readonly verdict: Verdict;
}

/** Makes calls out of the document of a running app, and judges every answer. */
export class FuzzRun {
  readonly #faults: string[] = [];
  readonly #kinds = new Map<Kind, number>();
  readonly #statuses = new Map<string, Map<number, number>>();
  readonly #begunAt = performance.now();
  #calls = 0;
  #slowestMs = 0;
  /** Where calls are made just now. */
  #stage: Stage;

  private constructor(
    private readonly plan: FuzzPlan,
    private readonly api: DescribedApi,
    private readonly wire: Wire,
    private readonly stage: Stage,
    private readonly furnishAnew: () => Promise<Stage>,
  ) {
    this.#stage = stage;
  }

  /** @param another makes a world like `world`, in which nothing has been used up */
  static async of(
    testApp: TestApp,
    world: FuzzWorld,
    another: () => Promise<FuzzWorld>,
    plan: FuzzPlan,
  ): Promise<FuzzReport> {
    const api = await DescribedApi.of(testApp.baseUrl);
    const wire = new Wire(testApp.baseUrl);
    const stage = stageOf(plan, api, world);
    const run = new FuzzRun(plan, api, wire, stage, async () => stageOf(plan, api, await another(), world));
    await run.#send(0, plan.calls);
    await run.#coax();
    run.#stage = stage;
    await run.#send(plan.calls, run.#callsByPlan);
    wire.close();
    return run.#report;
  }

  get #report(): FuzzReport {
    return {
      ...{
        calls: this.#calls,
        kinds: this.#kinds,
        statuses: this.#statuses,
        slowestMs: Math.round(this.#slowestMs),
        tookMs: Math.round(performance.now() - this.#begunAt),
      },
      faults: this.#faults.slice(0, SHOWN_FAULTS),
    };
  }

  get #callsByPlan(): number {
    return this.plan.calls + (this.plan.stride === null ? 0 : this.stage.sweep.length);
  }

  /** Several at a time, made in order, so that the same seed makes the same calls. */
  async #send(from: number, to: number): Promise<void> {
    for (let start = from; start < to; start += AT_ONCE) {
      const count = Math.min(AT_ONCE, to - start);
      const calls = Array.from({ length: count }, (_, offset) => this.#make(start + offset));
      await this.#sendAll(calls);
    }
  }

  /** Calls what has not succeeded yet until it does; what removes comes last. */
  async #coax(): Promise<void> {
    this.#stage = await this.furnishAnew();
    const removals = this.api.operations.filter(({ method }) => method === 'DELETE');
    const others = this.api.operations.filter(({ method }) => method !== 'DELETE');
    for (const [place, operation] of [...others, ...removals].entries()) {
      const start = this.#callsByPlan + place * PATIENT_CALLS;
      for (let turn = 0; turn < PATIENT_CALLS && !this.#hasSucceeded(operation); turn += 1) {
        await this.#sendAll([this.#stage.maker.makeFor(operation, start + turn)]);
      }
    }
  }

  #hasSucceeded({ id }: DescribedOperation): boolean {
    return [...(this.#statuses.get(id)?.keys() ?? [])].some((status) => status < 300);
  }

  async #sendAll(calls: readonly FuzzCall[]): Promise<void> {
    const made = calls.filter(({ index }) => this.plan.only === undefined || index === this.plan.only);
    const answers = await Promise.all(made.map((call) => this.#answerTo(call)));
    made.forEach((call, position) => {
      const answer = answers[position];
      if (answer) this.#judge(call, answer);
    });
    await nextTurn();
  }

  #make(index: number): FuzzCall {
    const step = index - this.plan.calls;
    return step < 0 ? this.#stage.maker.make(index) : this.stage.sweep.make(step, index);
  }

  async #answerTo(call: FuzzCall): Promise<FuzzAnswer> {
    return this.wire.send(call, await this.#authorizationOf(call));
  }

  async #authorizationOf(call: FuzzCall): Promise<string | undefined> {
    switch (call.caller) {
      case 'nobody':
        return undefined;
      case 'forger':
        return this.#stage.maker.forgedAuthorization(call);
      case 'leaver':
        return `Bearer ${(await this.#stage.world.leaver()).token ?? ''}`;
      default:
        return `Bearer ${this.#stage.world[call.caller].token ?? ''}`;
    }
  }

  #judge(call: FuzzCall, answer: FuzzAnswer): void {
    this.#calls += 1;
    this.#kinds.set(call.kind, (this.#kinds.get(call.kind) ?? 0) + 1);
    this.#slowestMs = Math.max(this.#slowestMs, answer.tookMs);
    const met = this.api.operationAt(call.method, call.target);
    this.#count(met?.id ?? 'none', answer.status);
    if (met && answer.status < 300) this.#learn(call, answer, met);
    const faults = this.#stage.verdict.faultsOf(call, answer);
    if (faults.length > 0) this.#faults.push(`${lineOf(this.plan, call)}\n  -> ${faults.join('\n  -> ')}`);
  }

  #count(operation: string, status: number): void {
    const counts = this.#statuses.get(operation) ?? new Map<number, number>();
    this.#statuses.set(operation, counts.set(status, (counts.get(status) ?? 0) + 1));
  }

  #learn(call: FuzzCall, { text }: FuzzAnswer, { id, method }: DescribedOperation): void {
    if (method === 'DELETE' && id !== 'bots.detach') this.#stage.world.forget(call.target);
    if (call.method === 'HEAD' || !text.startsWith('{')) return;
    this.#stage.world.learn(id, JSON.parse(text) as unknown);
  }
}

/** @param before worlds whose secrets are still none to be told */
function stageOf(
  plan: FuzzPlan,
  api: DescribedApi,
  world: FuzzWorld,
  ...before: readonly FuzzWorld[]
): Stage {
  const { seed, hostile, stride } = plan;
  const values = new ValueMaker(api, world, hostile.texts);
  const secrets = [world, ...before].flatMap(({ canary, foreignIds }) => [canary, ...foreignIds]);
  return {
    world,
    maker: new CallMaker(api, world, values, seed),
    sweep: new HostileSweep(api, world, values, hostile.texts, seed, stride ?? 1),
    verdict: new Verdict(api, new AnswerSchemas(api.document), secrets),
  };
}
