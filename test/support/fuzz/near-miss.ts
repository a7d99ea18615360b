import { type DescribedApi, type FuzzSchema, typeOf } from './described-api.js';
import { EXTRA_NAMES, HUGE_NUMBERS, ODD_ADDRESSES, ODD_INSTANTS, ODD_TEXTS } from './fuzz-samples.js';
import type { Random } from './random.js';
import type { ValueMaker } from './value-maker.js';

/** A place in a body: who holds it, under which key, and what the document says of it. */
interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
  readonly schema: FuzzSchema;
}

type Change = (place: Place, random: Random) => void;

/** Turns a body that the document allows into one with a single thing off. It may happen to be allowed still. */
export class NearMiss {
  constructor(
    private readonly api: DescribedApi,
    private readonly values: ValueMaker,
  ) {}

  /** Changes one place of `body`. */
  change(schema: FuzzSchema, body: unknown, random: Random): unknown {
    const root = { body };
    const places = this.#placesIn({ holder: root, key: 'body', schema });
    this.#changeFor(random)(random.pick(places), random);
    return root.body;
  }

  #changeFor(random: Random): Change {
    return random.weighted<Change>([
      [5, (place) => this.#setBoundary(place, random)],
      [4, (place) => put(place, otherType(place, random))],
      [3, (place) => this.#addField(place, random)],
      [2, (place) => take(place)],
      [2, (place) => put(place, random.pick(ODD_TEXTS))],
      [2, (place) => put(place, random.pick(ODD_ADDRESSES))],
      [2, (place) => put(place, (JSON as unknown as RawJson).rawJSON(random.pick(HUGE_NUMBERS)))],
      [2, (place) => put(place, nested(random.pick([2, 33, 400, 3_000]), random.chance(0.5)))],
      [1, (place) => put(place, null)],
    ]);
  }

  #setBoundary(place: Place, random: Random): void {
    put(place, this.#boundary(this.api.resolved(place.schema), random));
  }

  #boundary(schema: FuzzSchema, random: Random): unknown {
    const {
      minLength = 0,
      maxLength = 1_000,
      minimum = 0,
      maximum = 100,
      maxItems = 10,
      items = {},
    } = schema;
    switch (typeOf(schema)) {
      case 'string': {
        if (schema.format === 'date-time') return random.pick(ODD_INSTANTS);
        const lengths = [minLength - 1, maxLength, maxLength + 1, maxLength * 2].filter(
          (length) => length >= 0,
        );
        return random.pick(['a', '\u{1f600}', '\u00df', 'e\u0301']).repeat(random.pick(lengths));
      }
      case 'integer':
      case 'number':
        return random.pick([minimum - 1, minimum, maximum, maximum + 1, minimum + 0.5, maximum + 1e-9]);
      case 'array': {
        const length = random.pick([0, maxItems, maxItems + 1, maxItems * 20]);
        return Array.from({ length }, () => this.values.valid(items, random));
      }
      default:
        return random.pick<unknown>([{}, [], [{}], 'true', 0, '']);
    }
  }

  #addField(place: Place, random: Random): void {
    const value = (place.holder as Record<string | number, unknown>)[place.key];
    const target =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? value : place.holder;
    // As JSON has it: a field of its own, whatever its name.
    Object.defineProperty(target, random.pick(EXTRA_NAMES), {
      value: random.pick<unknown>([1, 'x', null, {}, []]),
      ...OWN,
    });
  }

  #placesIn(place: Place): Place[] {
    const value = (place.holder as Record<string | number, unknown>)[place.key];
    const schema = this.api.resolved(place.schema);
    if (Array.isArray(value)) {
      const inner = value.flatMap((_, key) =>
        this.#placesIn({ holder: value, key, schema: schema.items ?? {} }),
      );
      return [place, ...inner];
    }
    if (typeof value !== 'object' || value === null) return [place];
    const holder = value as Record<string, unknown>;
    const inner = Object.keys(holder).flatMap((key) =>
      this.#placesIn({ holder, key, schema: schema.properties?.[key] ?? {} }),
    );
    // The body as a whole is one place of many, but not the likeliest.
    return inner.length > 0 ? inner : [place];
  }
}

interface RawJson {
  rawJSON(text: string): unknown;
}

const OWN = { enumerable: true, configurable: true, writable: true };

function put({ holder, key }: Place, value: unknown): void {
  Object.defineProperty(holder, key, { value, ...OWN });
}

function take({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function otherType({ holder, key }: Place, random: Random): unknown {
  const value = (holder as Record<string | number, unknown>)[key];
  return random.pick<unknown>([
    null,
    true,
    0,
    -1,
    '',
    '5',
    [],
    [value],
    [[value]],
    {},
    { $ne: null },
    { value },
    String(value),
  ]);
}

function nested(depth: number, asLists: boolean): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) value = asLists ? [value] : { a: value };
  return value;
}
