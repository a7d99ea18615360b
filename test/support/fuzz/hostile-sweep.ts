import { type DescribedApi, type DescribedOperation, type FuzzSchema, typeOf } from './described-api.js';
import type { FuzzCall } from './fuzz-call.js';
import { FREE_HEADERS } from './fuzz-samples.js';
import type { FuzzWorld } from './fuzz-world.js';
import { Random } from './random.js';
import { randomUUIDv7 } from './random-uuid.js';
import type { ValueMaker } from './value-maker.js';
import { escaped, headerText } from './wire-text.js';

/** One call of the sweep: what the string of this turn is put into. */
interface Step {
  readonly operation: DescribedOperation;
  readonly turn: number;
  readonly place: 'body' | 'path' | 'query';
  /** The parameter; of a body all fields at once. */
  readonly name?: string;
}

/** Each hashes a password: they get every fifth string, others with each seed. */
const COSTLY: Readonly<Record<string, number>> = { 'auth.register': 5, 'auth.login': 5 };
/** Fields whose text must be of a kind that their schema does not tell. */
const OF_A_KIND = ['url', 'email', 'permissions', 'role', 'model', 'expiresAt', 'fallbacks'];

/**
 * Calls in which hostile strings come into every free text of a body, and every parameter. With a stride of 1 each string
 * comes into each of them; with a larger one into as many fewer, so that each place gets some and each string is met.
 */
export class HostileSweep {
  readonly #steps: readonly Step[];

  constructor(
    private readonly api: DescribedApi,
    private readonly world: FuzzWorld,
    private readonly values: ValueMaker,
    private readonly strings: readonly string[],
    private readonly seed: number,
    private readonly stride: number,
  ) {
    this.#steps = [...this.#throughBodies(), ...this.#throughParameters()];
  }

  get length(): number {
    return this.#steps.length;
  }

  /** @param index of the call among all calls. */
  make(step: number, index: number): FuzzCall {
    const { operation, turn, place, name } = this.#steps[step] ?? raise(step);
    const random = Random.of(this.seed, index);
    const path = this.#pathOf(operation, random);
    const query = place === 'query' ? `?${name ?? ''}=${escaped(this.#string(turn))}` : '';
    const target = place === 'path' ? this.#withString(operation, name, turn, path) : path;
    const body = operation.body && Buffer.from(JSON.stringify(this.#bodyOf(operation.body, turn, random)));
    return {
      ...{ index, kind: 'sweep', intended: operation, caller: 'owner', method: operation.method },
      target: target + query,
      headers: body ? { ...this.#headerOf(operation, turn), 'content-type': 'application/json' } : {},
      ...(body ? { body } : {}),
    };
  }

  #throughBodies(): Step[] {
    return this.api.operations
      .filter(({ body }) => body)
      .flatMap((operation, position) =>
        this.#turns(position, COSTLY[operation.id]).map((turn) => ({
          ...{ operation, turn, place: 'body' as const },
        })),
      );
  }

  /** Operations take turns: what reads the parameter is the same code for all of them. */
  #throughParameters(): Step[] {
    const places = this.api.operations.flatMap((operation) =>
      operation.parameters.flatMap(({ name, in: place }) =>
        place === 'header' ? [] : [{ operation, place, name }],
      ),
    );
    const byName = Map.groupBy(places, ({ place, name }) => `${place} ${name}`);
    return [...byName.values()].flatMap((same, position) =>
      this.#turns(position).map((turn, index) => ({ ...(same[index % same.length] ?? raise(turn)), turn })),
    );
  }

  /** Which strings come into a place: others into the next one. */
  #turns(position: number, stride = this.stride): number[] {
    return this.strings.map((_, turn) => turn).filter((turn) => (turn + position + this.seed) % stride === 0);
  }

  /** With the string of the turn first, the next ones in the fields after it. */
  #bodyOf(schema: FuzzSchema, turn: number, random: Random): Record<string, unknown> {
    const { properties = {}, required = [] } = this.api.resolved(schema);
    const filled = Object.entries(properties).flatMap(([name, field], position) => {
      const hostile = this.#filled(name, this.api.resolved(field), turn + position * 7);
      if (hostile !== undefined) return [[name, hostile] as const];
      return required.includes(name) ? [[name, this.values.valid(field, random, name)] as const] : [];
    });
    return Object.fromEntries(filled);
  }

  /** `undefined` where the field holds no free text. */
  #filled(name: string, schema: FuzzSchema, turn: number): unknown {
    if (OF_A_KIND.includes(name)) return undefined;
    const [first, second] = [this.#string(turn), this.#string(turn + 1)];
    if (isFreeText(schema)) return first;
    if (isFreeText(this.api.resolved(schema.items ?? {}))) return [first, second];
    return typeOf(schema) === 'object' && !schema.properties ? { text: first, [first]: [second] } : undefined;
  }

  /** Bodies take a header along, each operation another one. */
  #headerOf({ id }: DescribedOperation, turn: number): Record<string, string> {
    const name =
      FREE_HEADERS[
        this.api.operations.filter(({ body }) => body).findIndex((one) => one.id === id) % FREE_HEADERS.length
      ];
    return name ? { [name]: headerText(this.#string(turn)) } : {};
  }

  #pathOf({ path, method, parameters }: DescribedOperation, random: Random): string {
    const rows = this.world.ownRows(random);
    const removes = method === 'DELETE' && parameters.filter((one) => one.in === 'path').length === 1;
    return path.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => (removes ? undefined : rows[name]) ?? randomUUIDv7(random),
    );
  }

  #withString({ path }: DescribedOperation, name: string | undefined, turn: number, filled: string): string {
    const position = path.split('/').indexOf(`{${name ?? ''}}`);
    return filled
      .split('/')
      .map((part, index) => (index === position ? escaped(this.#string(turn)) : part))
      .join('/');
  }

  #string(turn: number): string {
    return this.strings[turn % this.strings.length] ?? '';
  }
}

function isFreeText(schema: FuzzSchema): boolean {
  return typeOf(schema) === 'string' && !schema.enum && !schema.format;
}

function raise(step: number): never {
  throw new RangeError(`There is no step ${step}.`);
}
