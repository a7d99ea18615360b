import type { DatabaseTarget } from '../database-targets.js';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = fileURLToPath(new URL('../../fixtures/hostile-strings/', import.meta.url));
const FILES = ['naughty_strings', 'xss', 'csv_formula', 'prompt_injection'] as const;
/** Stands for a half of a surrogate pair, which a file in UTF-8 cannot hold. */
const LONE_SURROGATE = /^LONE-SURROGATE:.*/s;

/** Texts that have broken other programs, and where they were read from. */
export interface HostileStrings {
  readonly folder: 'COLLOQUY_DATA' | 'fixtures';
  readonly texts: readonly string[];
}

/** Reads the data set `hostile-strings` in `COLLOQUY_DATA` (default `../shared/data`); without it, our excerpt. */
export function readHostileStrings(): HostileStrings {
  const shared = resolve(root, process.env['COLLOQUY_DATA'] ?? '../shared/data', 'hostile-strings');
  const folder = existsSync(shared) ? shared : fixtures;
  const files = FILES.map((name) => resolve(folder, `${name}.jsonl`)).filter((file) => existsSync(file));
  const texts = files.flatMap(linesOf);
  return { folder: folder === shared ? 'COLLOQUY_DATA' : 'fixtures', texts: [...new Set(texts)] };
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly text?: string; readonly payload?: string })
    .map(({ text, payload }) => (text ?? payload ?? '').replace(LONE_SURROGATE, 'half a pair: \ud83d'));
}

/** Whether the database gives the text back as it was: PGlite reads it without a byte order mark at its beginning. */
export function isReadAsKept(text: string, { name }: DatabaseTarget): boolean {
  return name === 'Postgres' || !text.startsWith('\ufeff');
}
