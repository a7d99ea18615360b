import type { DescribedApi, DescribedOperation } from './described-api.js';
import { FrameMaker } from './frame-maker.js';
import type { Caller, FuzzCall, Kind } from './fuzz-call.js';
import { FORGED, misspellingsOf, STRANGE_METHODS } from './fuzz-samples.js';
import type { FuzzWorld } from './fuzz-world.js';
import { NearMiss } from './near-miss.js';
import { Random } from './random.js';
import { TargetMaker } from './target-maker.js';
import type { ValueMaker } from './value-maker.js';
import { headerText } from './wire-text.js';

/** How often an operation is called, of all; 1 unless it says more, or costs more, than others. */
const WEIGHTS: Readonly<Record<string, number>> = {
  ...{ 'auth.register': 1.5, 'auth.login': 1, 'health.live': 0.3, 'health.ready': 0.3, 'models.list': 0.5 },
  ...{ 'bots.create': 1.5, 'bots.update': 1.5, 'datasources.create': 1.5, 'conversations.create': 1.5 },
  ...{ 'conversations.ask': 3, 'bots.search': 2, 'conversations.list': 2, 'messages.rate': 1.5 },
};
/** Makes calls out of the document: each of a kind, for one operation, by one caller. */
export class CallMaker {
  readonly #nearMiss: NearMiss;
  readonly #targets: TargetMaker;
  readonly #frames: FrameMaker;

  constructor(
    private readonly api: DescribedApi,
    world: FuzzWorld,
    private readonly values: ValueMaker,
    private readonly seed: number,
  ) {
    this.#nearMiss = new NearMiss(api, values);
    this.#targets = new TargetMaker(world, values, this.#nearMiss);
    this.#frames = new FrameMaker(values);
  }

  make(index: number): FuzzCall {
    const random = Random.of(this.seed, index);
    const kind = random.weighted<Kind>([
      [35, 'valid'],
      [35, 'nearly valid'],
      [25, 'hostile'],
      [5, 'odd'],
    ]);
    return this.#call(this.#operation(random), kind, index, random);
  }

  /** A call of this operation that should succeed, whatever it removes. */
  makeFor(operation: DescribedOperation, index: number): FuzzCall {
    return this.#call(operation, 'valid', index, Random.of(this.seed, index), true);
  }

  #call(intended: DescribedOperation, kind: Kind, index: number, random: Random, isLast = false): FuzzCall {
    const method = kind === 'odd' ? random.pick(STRANGE_METHODS) : intended.method;
    const json = this.#json(intended, kind, random);
    const body = json === undefined ? undefined : this.#text(json, kind, random);
    const target = this.#targets.make({ ...intended, method }, kind, random, isLast);
    const { headers, bytes } = this.#frames.make(body, kind, random);
    return {
      ...{ index, kind, intended, method, target, caller: this.#caller(intended, kind, random) },
      headers: { ...headers, ...this.#frames.freeHeaders(intended, kind, random) },
      ...(bytes === undefined ? {} : { body: bytes }),
    };
  }

  /** A credential that opens nothing. */
  forgedAuthorization({ index }: FuzzCall): string {
    const random = Random.of(this.seed, -index - 1);
    return random.chance(0.5) ? random.pick(FORGED) : headerText(`Bearer ${this.values.hostileText(random)}`);
  }

  #operation(random: Random): DescribedOperation {
    return random.weighted(this.api.operations.map((one) => [WEIGHTS[one.id] ?? 1, one] as const));
  }

  #caller({ id }: DescribedOperation, kind: Kind, random: Random): Caller {
    const caller = random.weighted<Caller>([
      [kind === 'valid' ? 90 : 70, 'owner'],
      [7, 'viewer'],
      [9, 'key'],
      [4, 'nobody'],
      [6, 'forger'],
    ]);
    const wouldLeave = id === 'auth.logout' && caller !== 'nobody' && caller !== 'forger';
    return wouldLeave ? 'leaver' : caller;
  }

  #json({ body, method }: DescribedOperation, kind: Kind, random: Random): unknown {
    if (!body)
      return kind !== 'valid' && method !== 'GET' && random.chance(0.1) ? { unasked: true } : undefined;
    const valid = this.values.valid(body, random);
    if (kind === 'nearly valid' && random.chance(0.85)) return this.#nearMiss.change(body, valid, random);
    if (kind === 'hostile') return this.#hostilised(valid, random);
    return valid;
  }

  /** The value with hostile texts in place of its texts, and now and then of its field names. */
  #hostilised(value: unknown, random: Random, depth = 0): unknown {
    if (typeof value === 'string') return random.chance(0.9) ? this.values.hostileText(random) : value;
    if (Array.isArray(value)) return value.map((item) => this.#hostilised(item, random, depth + 1));
    if (typeof value !== 'object' || value === null)
      return random.chance(0.1) ? this.values.hostileText(random) : value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        depth > 0 && random.chance(0.1) ? this.values.hostileText(random) : name,
        this.#hostilised(part, random, depth + 1),
      ]),
    );
  }

  #text(json: unknown, kind: Kind, random: Random): string {
    const text = JSON.stringify(json) ?? '';
    if (kind === 'valid' || random.chance(0.93)) return text;
    return random.pick(misspellingsOf(text));
  }
}
