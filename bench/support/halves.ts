import { titlesOf, type Squad, type SquadPassage, type SquadQuestion } from './squad.js';

/** The passages of some articles, and all questions by whether they are about those. */
export interface Share {
  readonly passages: readonly SquadPassage[];
  readonly own: readonly SquadQuestion[];
  readonly others: readonly SquadQuestion[];
}

/** The share that the articles of these titles are. */
export function shareOf(squad: Squad, titles: ReadonlySet<string>): Share {
  const passages = squad.passages.filter(({ title }) => titles.has(title));
  const ids = new Set(passages.map(({ id }) => id));
  const isOwn = ({ passage_id: gold }: SquadQuestion): boolean => ids.has(gold);
  return {
    passages,
    own: squad.questions.filter(isOwn),
    others: squad.questions.filter((question) => !isOwn(question)),
  };
}

/** Both halves of the articles: the first and the last, and every other one. */
export function halvesOf(squad: Squad): Map<string, Share> {
  const titles = titlesOf(squad);
  const middle = Math.ceil(titles.length / 2);
  const half = (is: (index: number) => boolean): Share =>
    shareOf(squad, new Set(titles.filter((_, index) => is(index))));
  return new Map([
    ['first half', half((index) => index < middle)],
    ['second half', half((index) => index >= middle)],
    ['even articles', half((index) => index % 2 === 0)],
    ['odd articles', half((index) => index % 2 === 1)],
  ]);
}
