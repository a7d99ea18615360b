import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A paragraph of an article. */
export interface SquadPassage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface SquadQuestion {
  readonly id: string;
  readonly question: string;
  /** The passage that the question was written for. */
  readonly passage_id: string;
  /** Whether the passage holds the answer; `null` when nobody has said. */
  readonly answerable: boolean | null;
  readonly answers: readonly string[];
}

export interface Squad {
  readonly passages: readonly SquadPassage[];
  readonly questions: readonly SquadQuestion[];
}

const dataDir = resolve(process.env.COLLOQUY_DATA ?? '../shared/data', 'qa-squad');

/** Reads `qa-squad` from the folder in COLLOQUY_DATA (default `../shared/data`). */
export function loadSquad(): Squad {
  const unlabelled = join(dataDir, 'questions_unlabelled.jsonl');
  return {
    passages: readLines<SquadPassage>(join(dataDir, 'passages.jsonl')),
    questions: [
      ...readLines<SquadQuestion>(join(dataDir, 'questions.jsonl')),
      ...(existsSync(unlabelled) ? readLines<SquadQuestion>(unlabelled) : []),
    ],
  };
}

export function titlesOf({ passages }: Squad): string[] {
  return [...new Set(passages.map(({ title }) => title))];
}

function readLines<T>(path: string): T[] {
  if (!existsSync(path))
    throw new Error(`${path} is missing. Set COLLOQUY_DATA to the folder that holds it.`);
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as T);
}
