import type { VisibleTable } from '#modules/datasources';
import type { Aggregate, Field, Filter } from '#modules/tables';

/** A question about a table that was understood to its last word. */
export interface PlainQuestion<Table extends VisibleTable> {
  readonly table: Table;
  /** What is asked of the records; they themselves where it is missing. */
  readonly aggregate?: { readonly op: Aggregate; readonly field?: string };
  readonly filter?: Filter;
  /** What is answered, with `{}` for the value: `The sum of Price of the records with Kind bike is {}.` */
  readonly sentence: string;
}

/** Understood; about a table, but not understood; or about something else. */
export type ReadQuestion<Table extends VisibleTable> =
  | { readonly kind: 'understood'; readonly question: PlainQuestion<Table> }
  | { readonly kind: 'not_understood'; readonly table: Table }
  | { readonly kind: 'other' };

const INTENTS: readonly { readonly words: readonly string[]; readonly op: Aggregate | 'list' }[] = [
  ...['how many', 'number of', 'count of', 'count'].map(
    (words) => ({ words: words.split(' '), op: 'count' }) as const,
  ),
  ...['sum of', 'sum', 'total of', 'total', 'in total'].map(
    (words) => ({ words: words.split(' '), op: 'sum' }) as const,
  ),
  ...['average', 'mean', 'on average'].map((words) => ({ words: words.split(' '), op: 'avg' }) as const),
  ...['highest', 'largest', 'greatest', 'maximum', 'biggest', 'latest'].map(
    (word) => ({ words: [word], op: 'max' }) as const,
  ),
  ...['lowest', 'smallest', 'least', 'minimum', 'earliest'].map(
    (word) => ({ words: [word], op: 'min' }) as const,
  ),
  ...['list', 'show', 'which', 'what are'].map((words) => ({ words: words.split(' '), op: 'list' }) as const),
];

const COMPARISONS: readonly {
  readonly words: readonly string[];
  readonly op: 'gt' | 'gte' | 'lt' | 'lte' | 'eq';
}[] = (
  [
    ['gte', 'at least', 'no less than', '>='],
    ['lte', 'at most', 'no more than', 'up to', '<='],
    ['gt', 'more than', 'greater than', 'higher than', 'larger than', 'over', 'above', 'after', '>'],
    ['lt', 'less than', 'lower than', 'smaller than', 'under', 'below', 'before', '<'],
    ['eq', 'equal to', 'equals', 'exactly', 'of', 'is', '='],
  ] as const
).flatMap(([op, ...all]) => all.map((words) => ({ op, words: words.split(' ') })));
const IN_WORDS = { gt: 'above', gte: 'of at least', lt: 'below', lte: 'of at most', eq: 'of' } as const;

/** Words that change nothing. */
const FILLERS = new Set(
  (
    'a an and are all am any by can could current currently did do does each entries entry every for from give had has have having i in is it items item ' +
    'me my now of on our please record records row rows s tell that the their them there these those to was we were what where which who whose will with you your that'
  ).split(' '),
);
const WORD = /[\p{L}\p{N}_]+(?:[.,'’-][\p{L}\p{N}_]+)*|>=|<=|[<>=]/gu;
/** Of a plain question. */
const LONGEST = 500;
const NUMBER = /^\d{1,15}(?:\.\d{1,6})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads plain questions such as "How many bikes have a price above 500?" Each word has to be accounted for, or the
 * question counts as not understood: half an answer to a question about numbers is a wrong one.
 */
export function readTableQuestion<Table extends VisibleTable>(
  question: string,
  tables: readonly Table[],
): ReadQuestion<Table> {
  if (question.length > LONGEST) return { kind: 'other' };
  const words = question.match(WORD) ?? [];
  for (const table of tables) {
    const read = new Reader(words, table).read();
    if (read.kind === 'understood') return read;
  }
  const about = tables.find((table) => new Reader(words, table).isAbout());
  return about ? { kind: 'not_understood', table: about } : { kind: 'other' };
}

/** A field, or one of its options, as people call it. */
interface Name {
  readonly words: readonly string[];
  readonly field: Field;
  readonly option?: string;
}

class Reader<Table extends VisibleTable> {
  readonly #plain: readonly string[];
  readonly #names: readonly Name[];
  readonly #tableWords: readonly string[];
  readonly #conditions: Filter[] = [];
  readonly #told: string[] = [];
  readonly #mentioned: Field[] = [];
  #intent: Aggregate | 'list' | undefined;
  #isSure = true;

  constructor(
    private readonly words: readonly string[],
    private readonly table: Table,
  ) {
    this.#plain = words.map(singular);
    this.#tableWords = wordsOf(table.name);
    this.#names = namesIn(table.table.fields);
  }

  /** Whether it asks for a number, and names the table or something of it. */
  isAbout(): boolean {
    this.read();
    return (
      this.#intent !== undefined && this.#intent !== 'list' && (this.#isNamed() || this.#mentioned.length > 0)
    );
  }

  read(): ReadQuestion<Table> {
    for (let at = 0; at < this.words.length;) at += this.#step(at);
    const aggregate = this.#aggregate();
    const isAbout = this.#isNamed() || this.#mentioned.length > 0;
    if (!this.#isSure || !this.#intent || aggregate === null || !isAbout) return { kind: 'other' };
    const [only, ...others] = this.#conditions;
    const filter = only && (others.length > 0 ? { and: this.#conditions } : only);
    const asked = { ...(aggregate ? { aggregate } : {}), ...(filter ? { filter } : {}) };
    return {
      kind: 'understood',
      question: { table: this.table, ...asked, sentence: this.#sentence(aggregate) },
    };
  }

  /** @returns how many words it has read. */
  #step(at: number): number {
    return (
      this.#readIntent(at) ||
      this.#readName(at) ||
      this.#readTable(at) ||
      (FILLERS.has(this.#plain[at] ?? '') ? 1 : this.#giveUp())
    );
  }

  #readIntent(at: number): number {
    const found = INTENTS.find(({ words }) => this.#hasAt(at, words));
    if (!found || (found.op === 'list' && (this.#intent || at > 1))) return 0;
    if (this.#intent && this.#intent !== found.op) return 0;
    this.#intent = found.op;
    return found.words.length;
  }

  #readTable(at: number): number {
    return this.#tableWords.length > 0 && this.#hasAt(at, this.#tableWords) ? this.#tableWords.length : 0;
  }

  #readName(at: number): number {
    const isNegated = this.#plain[at] === 'not' || this.#plain[at] === 'no' || this.#plain[at] === 'without';
    const from = isNegated ? at + 1 : at;
    const name = this.#names.find(({ words }) => this.#hasAt(from, words));
    if (!name) return 0;
    const { field, option } = name;
    const end = from + name.words.length;
    this.#mentioned.push(field);
    if (option !== undefined)
      return this.#note(
        optionIs(field, option, isNegated),
        `${isNegated ? 'without' : 'with'} ${field.name} ${option}`,
        end - at,
      );
    if (field.type === 'boolean')
      return this.#note(
        { field: field.key, op: 'eq', value: !isNegated },
        `with ${field.name}: ${isNegated ? 'no' : 'yes'}`,
        end - at,
      );
    if (isNegated) return 0;
    return this.#readComparison(field, end) + (end - at);
  }

  /** `above 500` after a number or a date; without one, the field is only named. */
  #readComparison(field: Field, at: number): number {
    for (let start = at; start <= at + 2; start += 1) {
      const comparison = this.#comparisonAt(start);
      const valueAt = start + (comparison?.words.length ?? 0);
      const value = comparison && valueOf(field, this.words[valueAt]);
      if (comparison && value !== undefined) {
        const filter = { field: field.key, op: comparison.op, value };
        return this.#note(filter, `with ${field.name} ${IN_WORDS[comparison.op]} ${value}`, valueAt + 1 - at);
      }
      if (!FILLERS.has(this.#plain[start] ?? '')) break;
    }
    return 0;
  }

  #comparisonAt(at: number): (typeof COMPARISONS)[number] | undefined {
    return COMPARISONS.find(({ words }) => this.#hasAt(at, words));
  }

  #note(condition: Filter, told: string, length: number): number {
    this.#conditions.push(condition);
    this.#told.push(told);
    return length;
  }

  #giveUp(): number {
    this.#isSure = false;
    return 1;
  }

  /** `undefined` for a list; `null` where it is not clear of which field. */
  #aggregate(): PlainQuestion<Table>['aggregate'] | null {
    const op = this.#intent;
    if (op === 'list' || op === undefined) return undefined;
    if (op === 'count') return { op };
    const compared = new Set(
      this.#conditions.flatMap((condition) => ('field' in condition ? [condition.field] : [])),
    );
    const candidates = this.#mentioned.filter((field) => !compared.has(field.key) && isSummable(field, op));
    const [field, ...others] = candidates;
    return field && others.every((other) => other.key === field.key) ? { op, field: field.key } : null;
  }

  #sentence(aggregate: PlainQuestion<Table>['aggregate'] | null): string {
    const which = `of ${this.table.name}${this.#told.length > 0 ? ` ${this.#told.join(' and ')}` : ''}`;
    if (!aggregate) return `Records ${which}:`;
    const field = this.table.table.fields.find(({ key }) => key === aggregate.field);
    if (!field) return `The number of records ${which} is {}.`;
    const called = { sum: 'sum', avg: 'average', min: 'lowest value', max: 'highest value' }[
      aggregate.op as string
    ];
    return `The ${called ?? aggregate.op} of ${field.name} of the records ${which} is {}.`;
  }

  #isNamed(): boolean {
    const { length } = this.#tableWords;
    return length > 0 && this.#plain.some((_, at) => this.#hasAt(at, this.#tableWords));
  }

  #hasAt(at: number, words: readonly string[]): boolean {
    return words.every((word, offset) => {
      const said = this.#plain[at + offset];
      return said !== undefined && (said === word || said === singular(word));
    });
  }
}

/** Longer names come first, and fields before options. */
function namesIn(fields: readonly Field[]): Name[] {
  const names = fields.flatMap((field): Name[] => [
    { words: wordsOf(field.name), field },
    { words: wordsOf(field.key), field },
    ...field.options.map((option) => ({ words: wordsOf(option), field, option })),
  ]);
  return names.filter(({ words }) => words.length > 0).sort((a, b) => b.words.length - a.words.length);
}

function wordsOf(name: string): string[] {
  return (name.replaceAll('_', ' ').match(WORD) ?? []).map(singular);
}

/** Enough of English to let "bikes" be "bike"; both sides of a comparison go through it. */
function singular(word: string): string {
  const lower = word.toLowerCase();
  if (lower.length > 4 && lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  if (lower.length > 4 && /(?:[sx]|ch|sh)es$/.test(lower)) return lower.slice(0, -2);
  return lower.length > 3 && /[^su]s$/.test(lower) ? lower.slice(0, -1) : lower;
}

function optionIs({ key, type }: Field, option: string, isNegated: boolean): Filter {
  if (type === 'multi_select') return { field: key, op: isNegated ? 'has_none' : 'has_any', value: [option] };
  return { field: key, op: isNegated ? 'neq' : 'eq', value: option };
}

function isSummable({ type }: Field, op: Aggregate): boolean {
  return type === 'number' || ((op === 'min' || op === 'max') && (type === 'date' || type === 'datetime'));
}

function valueOf({ type }: Field, word: string | undefined): number | string | undefined {
  const said = word?.replaceAll(',', '') ?? '';
  if (type === 'number' && NUMBER.test(said)) return Number(said);
  return type === 'date' && DATE.test(said) ? said : undefined;
}
