import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What people and their helpers say in `conversations-sgd`, each once. */
export function sayings(): string[] {
  const file = resolve(
    process.env.COLLOQUY_DATA ?? '../shared/data',
    'conversations-sgd/conversations.jsonl.gz',
  );
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const said = lines.flatMap((line) =>
    (JSON.parse(line) as { messages: { text: string }[] }).messages.map(({ text }) => text),
  );
  return [...new Set(said)];
}
