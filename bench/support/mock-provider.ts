// An OpenAI-compatible server that answers at once: node dist/bench/support/mock-provider.js. Says its port on stdout.
// Chat completions come as a stream of words or whole; embeddings are of the words of the text.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openaiVectorOf } from './openai-vectors.js';

const WORDS =
  'The workshop repairs bicycles within three working days and calls you when yours is ready [1].'.split(' ');
const SHARED = { id: 'chatcmpl-bench', created: 1_700_000_000, model: 'bench' };
const USAGE = { prompt_tokens: 40, completion_tokens: WORDS.length, total_tokens: 40 + WORDS.length };

const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const chunkOf = (delta: object, finish_reason: string | null = null): string =>
  frame({ ...SHARED, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });

const FIRST = chunkOf({ role: 'assistant', content: '' });
const TEXTS = WORDS.map((word, index) => chunkOf({ content: index === 0 ? word : ` ${word}` }));
const LAST = [
  chunkOf({}, 'stop'),
  frame({ ...SHARED, object: 'chat.completion.chunk', choices: [], usage: USAGE }),
  'data: [DONE]\n\n',
].join('');
const WHOLE = JSON.stringify({
  ...SHARED,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: WORDS.join(' ') }, finish_reason: 'stop' }],
  usage: USAGE,
});

interface Asked {
  readonly stream?: boolean;
  readonly input?: readonly string[];
  readonly encoding_format?: string;
}

function embeddings(input: readonly string[], encoding?: string): string {
  const inForm = (vector: Float32Array): unknown =>
    encoding === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
  const data = input.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: inForm(openaiVectorOf(text)),
  }));
  return JSON.stringify({
    object: 'list',
    model: 'bench',
    data,
    usage: { prompt_tokens: 1, total_tokens: 1 },
  });
}

function answer(path: string, asked: Asked, response: ServerResponse): void {
  if (path.endsWith('/embeddings')) {
    response
      .setHeader('content-type', 'application/json')
      .end(embeddings([asked.input ?? []].flat(), asked.encoding_format));
  } else if (asked.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(FIRST);
    TEXTS.forEach((text) => response.write(text));
    response.end(LAST);
  } else {
    response.setHeader('content-type', 'application/json').end(WHOLE);
  }
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () =>
    answer(request.url ?? '', JSON.parse(Buffer.concat(parts).toString()) as Asked, response),
  );
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
