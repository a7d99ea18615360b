import type { DescribedOperation, DescribedParameter } from './described-api.js';
import type { Kind } from './fuzz-call.js';
import { nearIds, QUERY_TRICKS, respellingsOf } from './fuzz-samples.js';
import type { FuzzWorld } from './fuzz-world.js';
import type { NearMiss } from './near-miss.js';
import type { Random } from './random.js';
import { randomUUIDv7 } from './random-uuid.js';
import type { ValueMaker } from './value-maker.js';
import { escaped, targetText } from './wire-text.js';

/** Fills in the path and the query of an operation. */
export class TargetMaker {
  constructor(
    private readonly world: FuzzWorld,
    private readonly values: ValueMaker,
    private readonly nearMiss: NearMiss,
  ) {}

  /**
   * @param operation with the method that it is called with.
   * @param isLast whether nobody needs the rows any more; else what removes leaves those that others need.
   */
  make(operation: DescribedOperation, kind: Kind, random: Random, isLast = false): string {
    const parameters = operation.parameters.filter((one) => one.in === 'path');
    const rows = this.world.ownRows(random);
    const together = parameters.length > 1 && random.chance(0.7);
    const mayRemove = isLast || operation.method !== 'DELETE' || parameters.length > 1;
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      if (kind !== 'valid' && random.chance(kind === 'hostile' ? 0.25 : 0.1))
        return this.#strangeId(name, random);
      if (together) return rows[name] ?? randomUUIDv7(random);
      if (kind === 'valid' && mayRemove && random.chance(0.8))
        return this.world.ownId(name, random) ?? randomUUIDv7(random);
      if (mayRemove) return this.values.id(name, random);
      return (
        (random.chance(0.8) ? this.world.spareId(name, random) : undefined) ?? this.#harmlessId(name, random)
      );
    });
    const query = this.#query(operation, kind, random);
    return kind === 'odd' && random.chance(0.4) ? random.pick(respellingsOf(path)) + query : path + query;
  }

  /** An id whose row nobody may remove. */
  #harmlessId(name: string, random: Random): string {
    return random.chance(0.5) ? this.world.foreignId(name, random) : randomUUIDv7(random);
  }

  #strangeId(name: string, random: Random): string {
    const id = this.values.id(name, random);
    return random.pick([
      escaped(this.values.hostileText(random)),
      targetText(this.values.hostileText(random)),
      ...nearIds(id),
    ]);
  }

  #query(operation: DescribedOperation, kind: Kind, random: Random): string {
    const known = operation.parameters.filter((one) => one.in === 'query');
    const needed = known.filter((one) => one.required && (kind === 'valid' || random.chance(0.9)));
    const others = known.filter((one) => !one.required);
    const given = [...needed, ...random.some(others, 0.35)].map(({ name, schema }) =>
      schema.type === 'object'
        ? this.#queryObject(name, schema, kind, random)
        : `${name}=${this.#queryValue(name, schema, kind, random)}`,
    );
    if (kind !== 'valid' && random.chance(known.length > 0 ? 0.25 : 0.05)) {
      given.push(random.pick([...QUERY_TRICKS, escaped(this.values.hostileText(random))]));
    }
    return given.length > 0 ? `?${given.join('&')}` : '';
  }

  #queryObject(name: string, schema: DescribedParameter['schema'], kind: Kind, random: Random): string {
    const value =
      kind === 'hostile' ? this.values.hostileText(random) : this.values.valid(schema, random, name);
    if (typeof value !== 'object' || value === null) return `${name}[x]=${escaped(String(value))}`;
    const entries = Object.entries(value).map(
      ([key, text]) => `${name}[${escaped(key)}]=${escaped(String(text))}`,
    );
    return entries.length > 0 ? entries.join('&') : `${name}[plan]=pro`;
  }

  #queryValue(name: string, schema: DescribedParameter['schema'], kind: Kind, random: Random): string {
    if (kind === 'hostile') return escaped(this.values.hostileText(random));
    const valid = this.values.valid(schema, random, name);
    const value = kind === 'nearly valid' ? this.nearMiss.change(schema, valid, random) : valid;
    return escaped(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  }
}
