import type { AnswerSchema, ChatSource } from '#modules/providers';
import type { UnnamedTopic } from '../insights.types.js';

export const NAMING_INSTRUCTIONS = [
  'You give names to groups of questions that people asked. Each source is one group: questions of it, as strangers wrote them.',
  'A name says in two to five words what all questions of its group are about, as a heading in a menu would, in the language of most of them.',
  'Name what is asked about, never who asks. Names hold no names of people, no addresses, numbers, links or markup.',
].join('\n');

export const NAMING_QUESTION = 'Name each group by the number of its source.';

export const NAMES_SCHEMA: AnswerSchema = {
  name: 'topic_names',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['topics'],
    properties: {
      topics: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['number', 'name'],
          properties: { number: { type: 'integer' }, name: { type: 'string' } },
        },
      },
    },
  },
};

const MOST_CHARACTERS = 60;
const MOST_WORDS = 10;
const SHOWN_CHARACTERS = 200;
const CITATIONS = /\[\d+\]/g;
const NO_NAME = /[\p{Cc}\p{Cf}<>{}`|\\]|https?:|www\.|\S@\S/iu;

/** Topics as quoted data, numbered from 1. */
export function sourcesOf(topics: readonly UnnamedTopic[]): ChatSource[] {
  return topics.map(({ samples }, index) => ({
    ...{ index: index + 1, title: `Group ${String(index + 1)}`, score: 1 },
    text: samples.map((sample) => sample.replaceAll(/\s+/gu, ' ').slice(0, SHOWN_CHARACTERS)).join('\n'),
  }));
}

/** The names in what a model said, by the place of their topic; what is no name, or comes twice, is left out. */
export function namesIn(text: string, count: number): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const entry of entriesOf(text)) {
    const place = Number(Reflect.get(entry, 'number')) - 1;
    const name = nameIn(Reflect.get(entry, 'name'));
    if (name === null || !Number.isInteger(place) || place < 0 || place >= count || names.has(place))
      continue;
    names.set(place, name);
  }
  return names;
}

function entriesOf(text: string): object[] {
  try {
    const answer: unknown = JSON.parse(text);
    const topics: unknown =
      typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'topics') : null;
    return Array.isArray(topics)
      ? (topics as unknown[]).filter((one) => typeof one === 'object' && one !== null)
      : [];
  } catch {
    return [];
  }
}

function nameIn(given: unknown): string | null {
  if (typeof given !== 'string') return null;
  const name = given
    .normalize('NFC')
    .replaceAll(CITATIONS, '')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^["'“”„«»\s]+|["'“”„«».\s]+$/gu, '');
  const isName = /\p{L}/u.test(name) && name.isWellFormed() && !NO_NAME.test(name);
  return isName && name.length <= MOST_CHARACTERS && name.split(' ').length <= MOST_WORDS ? name : null;
}
