import { randomUUIDv7 } from './random-uuid.js';
import { type DescribedApi, type FuzzSchema, takesNull, typeOf } from './described-api.js';
import type { FuzzWorld } from './fuzz-world.js';
import type { Random } from './random.js';

const WORDS = 'When does the shop in Bergen open and how long is the warranty of an old oak'.split(' ');
const ALPHABETS = [
  'abcxyz',
  '\u00e4\u00df\u00e9\u0130\u0131',
  '\u05d0\u0628\u4e2d\u65e5',
  '\u{1f600}\u{1f468}\u200d\u{1f469}',
  'e\u0301\u0323\u200f',
];
const MAX_DEPTH = 6;
/** Fields that go with few values of others, so that a call with several of them is hardly ever right. */
const CHOOSY = new Set(['tableId', 'recordFilter', 'since', 'columns', 'access']);

/** Makes values that a schema allows. Names of fields say more than their schema: they are read as people would. */
export class ValueMaker {
  constructor(
    private readonly api: DescribedApi,
    private readonly world: FuzzWorld,
    private readonly hostile: readonly string[],
  ) {}

  /** A value that fits the schema of the field `name`. */
  valid(schema: FuzzSchema, random: Random, name = '', depth = 0): unknown {
    const plain = this.api.resolved(schema);
    if (takesNull(plain) && random.chance(0.1)) return null;
    const known = this.#known(name, plain, random);
    if (known !== undefined) return known;
    if (plain.enum) return random.pick(plain.enum);
    if (depth > MAX_DEPTH) return {};
    switch (typeOf(plain)) {
      case 'string':
        return this.#text(plain, random, name);
      case 'integer':
        return Math.round(number(plain, random));
      case 'number':
        return number(plain, random);
      case 'boolean':
        return random.chance(0.5);
      case 'array':
        return this.#list(plain, random, name, depth);
      case 'object':
        return plain.properties ? this.#object(plain, random, depth) : anything(random);
      default:
        return anything(random);
    }
  }

  /** A text out of the hostile ones. */
  hostileText(random: Random): string {
    return random.pick(this.hostile);
  }

  /** An id for a field or parameter of this name: of an own row, of a foreign one, of one that is gone, or of none. */
  id(name: string, random: Random): string {
    return random.weighted<() => string>([
      [14, () => this.world.ownId(name, random) ?? randomUUIDv7(random)],
      [4, () => this.world.foreignId(name, random)],
      [1, () => this.world.goneId(random) ?? randomUUIDv7(random)],
      [1, () => randomUUIDv7(random)],
    ])();
  }

  /** What a person would fill in; `undefined` where the schema says all. */
  #known(name: string, schema: FuzzSchema, random: Random): unknown {
    switch (name) {
      case 'email':
        return random.chance(0.5) ? this.world.account.email : `person-${randomUUIDv7(random)}@Example.com`;
      case 'password':
        return this.world.account.password;
      case 'url':
        return this.world.pageUrl(random);
      case 'model':
        // A bot for those who speak to it as to a model; else the name of one.
        if (schema.type === 'string') return isId(schema.example) ? this.id('botId', random) : schema.example;
        return {
          provider: 'local',
          name: 'extractive',
          ...(random.chance(0.3) ? { temperature: random.next() * 2 } : {}),
        };
      case 'provider':
        // Any other has to be reached.
        return schema.enum?.includes('local') && random.chance(0.8) ? 'local' : undefined;
      case 'baseUrl':
        return this.world.pageUrl(random);
      case 'fields':
        return schema.type === 'array'
          ? undefined
          : { title: sentence(random), ...(random.chance(0.5) ? { price: random.int(0, 99) } : {}) };
      case 'assignedTo':
        return random.pick(['me', 'nobody', randomUUIDv7(random)]);
      case 'metadata':
        // Of a filter, which compares texts.
        if (typeof schema.additionalProperties !== 'object') return undefined;
        return { [random.pick(['page', 'plan'])]: sentence(random) };
      case 'cron':
        return random.pick(['0 3 * * *', '0 7 * * 1', '30 22 1 * *']);
      case 'timezone':
        return random.chance(0.8) ? 'Europe/Berlin' : undefined;
      case 'record':
      case 'recordFilter':
      case 'filter':
        // Of conversations and the like; that of records has a schema of its own making.
        if (schema.properties !== undefined) return undefined;
        return { field: random.pick(['title', 'code']), op: 'contains', value: sentence(random) };
      case 'key':
        if (schema.pattern !== undefined) return `field_${random.int(1, 999_999)}`;
        return random.chance(0.5) ? 'code' : undefined;
      case 'fallback':
        return { provider: 'local', name: 'extractive' };
      case 'fallbacks':
        return [{ provider: 'local', name: 'extractive' }];
      case 'permissions':
        return random.some(['read Bot', 'chat Bot', 'read Datasource', 'read Conversation']);
      case 'phoneRegion':
        return random.pick(['NO', 'DE', 'BR']);
      case 'slug':
        return `help-desk-${random.int(1, 999_999)}`;
      case 'role':
        return schema.enum?.includes('user') ? 'user' : random.pick(['admin', 'editor', 'viewer']);
      case 'expiresAt':
        return `20${String(random.int(40, 99))}-0${String(random.int(1, 9))}-15T12:30:45.678+05:30`;
      case 'refreshToken':
        return (
          this.world.spareId('refreshToken', random) ?? `cq_refresh_${'a'.repeat(43)}.${randomUUIDv7(random)}`
        );
      default:
        return undefined;
    }
  }

  #text(schema: FuzzSchema, random: Random, name: string): string {
    const { format, pattern, example, minLength = 0, maxLength = 2_000 } = schema;
    if (format === 'uuid') return this.id(name.replace(/Ids$/, 'Id'), random);
    if (format === 'date-time') return instant(random);
    if (format === 'uri') return this.world.pageUrl(random);
    if (name === 'cursor') return this.#cursor(random);
    if (pattern !== undefined) return typeof example === 'string' ? example : this.#cursor(random);
    const text = random.weighted<() => string>([
      [4, () => sentence(random)],
      [3, () => this.hostileText(random)],
      [1, () => repeated(random, minLength)],
      [1, () => repeated(random, maxLength)],
      [1, () => repeated(random, random.int(minLength, Math.min(maxLength, 300)))],
    ])();
    return Array.from(text.toWellFormed().replaceAll('\0', ''))
      .slice(0, maxLength)
      .join('')
      .padEnd(minLength, 'x');
  }

  #cursor(random: Random): string {
    const name = random.pick(['botId', 'datasourceId', 'conversationId', 'messageId', 'apiKeyId']);
    return Buffer.from(this.id(name, random)).toString('base64url');
  }

  #list(
    { items = {}, minItems = 0, maxItems = 4 }: FuzzSchema,
    random: Random,
    name: string,
    depth: number,
  ): unknown[] {
    const length = random.chance(0.1)
      ? maxItems
      : random.int(minItems, Math.max(minItems, Math.min(maxItems, 3)));
    return Array.from({ length }, () => this.valid(items, random, name, depth + 1));
  }

  #object(
    { properties = {}, required = [] }: FuzzSchema,
    random: Random,
    depth: number,
  ): Record<string, unknown> {
    const present = Object.entries(properties).filter(
      ([name]) => required.includes(name) || random.chance(CHOOSY.has(name) ? 0.1 : 0.4),
    );
    return Object.fromEntries(
      present.map(([name, field]) => [name, this.valid(field, random, name, depth + 1)]),
    );
  }
}

function isId(example: unknown): boolean {
  return typeof example === 'string' && /^[\da-f]{8}-/.test(example);
}

function sentence(random: Random): string {
  return Array.from({ length: random.int(1, 12) }, () => random.pick(WORDS)).join(' ');
}

function repeated(random: Random, length: number): string {
  const letters = Array.from(random.pick(ALPHABETS));
  return Array.from({ length }, () => random.pick(letters)).join('') || 'x';
}

function number({ minimum, maximum }: FuzzSchema, random: Random): number {
  const [min, max] = [minimum ?? -1_000, maximum ?? 1_000];
  return random.pick([min, max, random.int(min, max), min + random.next() * (max - min)]);
}

function instant(random: Random): string {
  const day = `${String(random.int(1970, 2100))}-${random.pick(['01', '02', '12'])}-${random.pick(['01', '28'])}`;
  return `${day}T${random.pick(['00:00:00', '23:59:59.999', '12:00:00'])}${random.pick(['Z', '+14:00', '-11:30'])}`;
}

/** Any JSON object, not deep. */
function anything(random: Random, depth = 0): unknown {
  const leaf = [null, true, random.int(-9, 9), random.next(), sentence(random), ''];
  if (depth > 2) return random.pick(leaf);
  const names = random.some(['a', 'b', 'page', '\u{1f600}', 'with space', '0']);
  const parts = names.map((name): [string, unknown] => [
    name,
    random.chance(0.3)
      ? anything(random, depth + 1)
      : random.chance(0.2)
        ? [random.pick(leaf)]
        : random.pick(leaf),
  ]);
  return Object.fromEntries(parts);
}
