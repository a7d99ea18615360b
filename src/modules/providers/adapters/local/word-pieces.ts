import type { Piece } from './piece-table.js';

/** A word as the pieces that it is most probably made of. */
export interface WordPieces {
  /** `null` where there is no piece for a character. */
  readonly pieces: readonly (Piece | null)[];
  /** How often the word comes in English text, in any case of its letters, as a natural logarithm. */
  readonly logFrequency: number;
}

const START_OF_WORD = '▁';
const LONGEST_PIECE = 16;
/** Less than any piece has. */
const LOG_FREQUENCY_OF_UNKNOWN = -15;

/**
 * Cuts a lower-case word into pieces. The vocabulary tells cases apart: `Berlin` is one piece, `berlin` three. The
 * most frequent way to write the word is taken.
 */
export function cutWord(word: string, vocabulary: ReadonlyMap<string, Piece>): WordPieces {
  const [first = '', ...rest] = word;
  const writings = new Set([word, first.toUpperCase() + rest.join(''), word.toUpperCase()]);
  const cuts = [...writings].map((writing) => cut(START_OF_WORD + writing, vocabulary));
  const best = cuts.reduce((most, next) => (next.logFrequency > most.logFrequency ? next : most));
  const frequency = cuts.reduce((sum, { logFrequency }) => sum + Math.exp(logFrequency), 0);
  return { pieces: best.pieces, logFrequency: Math.log(Math.max(Number.MIN_VALUE, frequency)) };
}

/** The cut whose pieces are together the most frequent. */
function cut(text: string, vocabulary: ReadonlyMap<string, Piece>): WordPieces {
  const ends = endsOfCharacters(text);
  const best: WordPieces[] = [{ pieces: [], logFrequency: 0 }];
  ends.forEach((end, at) => {
    let most:
      { readonly before: WordPieces; readonly piece: Piece; readonly logFrequency: number } | undefined;
    for (let start = Math.max(0, at + 1 - LONGEST_PIECE); start <= at; start += 1) {
      const before = best[start];
      const piece = vocabulary.get(text.slice(start === 0 ? 0 : ends[start - 1], end));
      if (!before || !piece) continue;
      const logFrequency = before.logFrequency + piece.logFrequency;
      if (!most || logFrequency > most.logFrequency) most = { before, piece, logFrequency };
    }
    best.push(
      most
        ? { pieces: [...most.before.pieces, most.piece], logFrequency: most.logFrequency }
        : withUnknown(best[at]),
    );
  });
  return best[ends.length] ?? withUnknown(undefined);
}

function endsOfCharacters(text: string): number[] {
  let end = 0;
  return Array.from(text, (character) => (end += character.length));
}

function withUnknown(before: WordPieces | undefined): WordPieces {
  return {
    pieces: [...(before?.pieces ?? []), null],
    logFrequency: (before?.logFrequency ?? 0) + LOG_FREQUENCY_OF_UNKNOWN,
  };
}
