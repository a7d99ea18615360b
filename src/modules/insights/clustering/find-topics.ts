import { contentTermsOf, wordsOf } from '#common/text';
import { distinctiveTerms } from './distinctive-terms.js';
import { communitiesOf, middlesOf, mutualEdges, withoutSmall } from './communities.js';
import { lexicalRows } from './lexical-rows.js';
import { dot, joined, Matrix } from './matrix.js';
import { drawnTogether, nearest, nearestAmong, type Neighbours } from './neighbours.js';
import { alongPrincipalAxes } from './principal-axes.js';
import type { QuestionSet, TopicSet } from '../topic-set.types.js';

const MEANING_AXES = 96;
const WORD_AXES = 64;
const CONTENT_WEIGHT = 0.5;
const WORDING_WEIGHT = 0.4;
/** Pairs are compared along so many axes first; what seems near then along all. */
const COARSE_AXES = 48;
const KEPT_NEIGHBOURS = 30;
const REACH = 20;
const DRAWN_BY = 10;
/** Measured on questions with known topics, and on others: see bench/README.md. */
const MOST_EDGES = 15;
const RESOLUTION = 3;
const AREA_RESOLUTION = 1;
const AREA_EDGES = 6;
/** Fewer topics need no order. */
const LEAST_TOPICS_FOR_AREAS = 6;
const NEAR_ENOUGH_TO_JOIN = 0.35;
/** As near as this, and of the same words; or nearer. */
const ALIKE = 0.88;
const SAME_WORDS = 0.8;
const NEARLY_IDENTICAL = 0.96;
const NONE: TopicSet = {
  ...{ topics: new Int32Array(), areas: new Int32Array(), groups: new Int32Array() },
  ...{ terms: [], areaTerms: [] },
};

/**
 * Finds topics among questions: the graph of those that are nearest to each other, by meaning and by words, and the
 * communities in it. How many there are, nobody has to know.
 */
export function findTopics(set: QuestionSet): TopicSet {
  if (set.texts.length === 0) return NONE;
  const { space, neighbours } = spaceOf(set);
  const groups = nearlyIdentical(set, neighbours);
  const drawn = drawnTogether(space, neighbours, DRAWN_BY);
  const drawnNeighbours = nearestAmong(drawn, neighbours, KEPT_NEIGHBOURS, REACH);
  const edges = mutualEdges(drawnNeighbours, edgesFor(space.rows));
  const found = communitiesOf(space.rows, edges, RESOLUTION);
  const topics = withoutSmall(drawn, found, leastSizeFor(space.rows), NEAR_ENOUGH_TO_JOIN);
  const areas = areasOf(middlesOf(drawn, topics));
  const { texts, languages } = set;
  const terms = distinctiveTerms(texts, languages, topics);
  const areaTerms = distinctiveTerms(
    texts,
    languages,
    topics.map((topic) => areas[topic] ?? -1),
  );
  return { topics, areas, groups, terms, areaTerms };
}

function spaceOf({ texts, languages, vectors, dimensions }: QuestionSet): {
  space: Matrix;
  neighbours: Neighbours;
} {
  const meaning = new Matrix(texts.length, dimensions, vectors);
  const content = texts.map((text, index) => contentTermsOf(text, languages[index] ?? 'en'));
  const wording = texts.map(wordingOf);
  const space = joined([
    { matrix: alongPrincipalAxes(meaning, MEANING_AXES), weight: 1 },
    { matrix: alongPrincipalAxes(lexicalRows(content, 2), WORD_AXES), weight: CONTENT_WEIGHT },
    { matrix: alongPrincipalAxes(lexicalRows(wording, 3), WORD_AXES), weight: WORDING_WEIGHT },
  ]);
  const coarse = nearest(alongPrincipalAxes(space, COARSE_AXES), KEPT_NEIGHBOURS * 2);
  return { space, neighbours: nearestAmong(space, coarse, KEPT_NEIGHBOURS, 0) };
}

/** Words as they are, and pairs of them: how something is asked tells topics apart, too. */
function wordingOf(text: string): string[] {
  const words = wordsOf(text);
  return [...words, ...words.slice(1).map((word, index) => `${words[index] ?? ''} ${word}`)];
}

function edgesFor(questions: number): number {
  return Math.min(MOST_EDGES, Math.max(3, Math.floor(Math.sqrt(questions) / 2)));
}

function leastSizeFor(questions: number): number {
  return Math.min(5, Math.max(2, Math.round(Math.sqrt(questions) / 10)));
}

function areasOf(middles: Matrix): Int32Array {
  if (middles.rows < LEAST_TOPICS_FOR_AREAS) return new Int32Array(middles.rows).fill(-1);
  const edges = mutualEdges(nearest(middles, AREA_EDGES), AREA_EDGES);
  return communitiesOf(middles.rows, edges, AREA_RESOLUTION);
}

/** The most frequent first, each takes along what is not yet taken and nearly the same. */
function nearlyIdentical(
  { texts, languages, counts, vectors, dimensions }: QuestionSet,
  neighbours: Neighbours,
): Int32Array {
  const meaning = new Matrix(texts.length, dimensions, vectors);
  const terms = texts.map((text, index) => new Set(contentTermsOf(text, languages[index] ?? 'en')));
  const isTwin = (one: number, other: number): boolean => {
    const similarity = dot(meaning.row(one), meaning.row(other));
    return (
      similarity >= NEARLY_IDENTICAL ||
      (similarity >= ALIKE && overlapOf(terms[one], terms[other]) >= SAME_WORDS)
    );
  };
  const groups = new Int32Array(texts.length).fill(-1);
  const order = Array.from(groups, (_, row) => row).sort(
    (one, other) => (counts[other] ?? 0) - (counts[one] ?? 0) || one - other,
  );
  for (const row of order) {
    if (groups[row] !== -1) continue;
    groups[row] = row;
    neighbours.forEach(row, neighbours.size, (other) => {
      if (groups[other] === -1 && isTwin(row, other)) groups[other] = row;
    });
  }
  return groups;
}

function overlapOf(one: ReadonlySet<string> = new Set(), other: ReadonlySet<string> = new Set()): number {
  const shared = [...one].filter((term) => other.has(term)).length;
  return shared / Math.max(1, one.size + other.size - shared);
}
