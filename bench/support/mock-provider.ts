// A server that answers at once: node dist/bench/support/mock-provider.js. Says its port on stdout.
// Chat completions come as a stream of words or whole, Anthropic's messages and Gemini's contents as a stream of the same
// words; embeddings are of the words of the text.
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

const event = (type: string, data: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const spaced = (word: string, index: number): string => (index === 0 ? word : ` ${word}`);

const ANTHROPIC = [
  event('message_start', {
    message: {
      ...{ id: 'msg_bench', type: 'message', role: 'assistant', content: [], stop_reason: null },
      usage: { input_tokens: USAGE.prompt_tokens, output_tokens: 1 },
    },
  }) + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ...WORDS.map((word, index) =>
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: spaced(word, index) } }),
  ),
  event('content_block_stop', { index: 0 }) +
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: USAGE.completion_tokens },
    }) +
    event('message_stop', {}),
];

const piece = (text: string, more: object = {}): object => ({
  ...{ content: { role: 'model', parts: [{ text }] }, index: 0 },
  ...more,
});
const GEMINI = [
  ...WORDS.map((word, index) => frame({ candidates: [piece(spaced(word, index))] })),
  frame({
    candidates: [piece('', { finishReason: 'STOP' })],
    usageMetadata: {
      ...{ promptTokenCount: USAGE.prompt_tokens, candidatesTokenCount: USAGE.completion_tokens },
      totalTokenCount: USAGE.total_tokens,
    },
  }),
];

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

function stream(response: ServerResponse, parts: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  parts.forEach((part) => response.write(part));
  response.end();
}

function answer(path: string, asked: Asked, response: ServerResponse): void {
  if (path.endsWith('/embeddings')) {
    response
      .setHeader('content-type', 'application/json')
      .end(embeddings([asked.input ?? []].flat(), asked.encoding_format));
  } else if (path.endsWith('/messages')) {
    stream(response, ANTHROPIC);
  } else if (path.includes(':streamGenerateContent')) {
    stream(response, GEMINI);
  } else if (asked.stream) {
    stream(response, [FIRST, ...TEXTS, LAST]);
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
