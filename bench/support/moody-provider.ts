// An OpenAI-compatible server that fails a part of its calls: node dist/bench/support/moody-provider.js 0.3.
// Says its port on stdout; GET /ledger tells how many answers it gave to the end, and their tokens.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const FAILING = Number(process.argv[2] ?? '0');
const WORDS = 'The workshop repairs bicycles within three working days.'.split(' ');
const USAGE = { prompt_tokens: 40, completion_tokens: WORDS.length, total_tokens: 40 + WORDS.length };

const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const chunk = (delta: object, finish_reason: string | null = null): string =>
  frame({
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'bench',
    choices: [{ index: 0, delta, finish_reason }],
  });
const refuse = (response: ServerResponse, status: number, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message: 'Not now', type: 'server_error' } }));
};
const begin = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });

/** One way to fail each; only the last one fails after the first word. */
const FAULTS: readonly ((response: ServerResponse) => void)[] = [
  (response) => refuse(response, 429, { 'retry-after-ms': '20' }),
  (response) => refuse(response, 429),
  (response) => refuse(response, 500),
  (response) => refuse(response, 529),
  (response) => response.destroy(),
  (response) => begin(response).end(),
  (response) => begin(response).end('data: {"choices": [\n\n'),
  (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
  (response) => {
    begin(response).write(chunk({ role: 'assistant', content: '' }), () => response.destroy());
  },
  (response) => {
    begin(response).write(chunk({ content: 'The workshop' }), () => setTimeout(() => response.destroy(), 5));
  },
];

const ledger = { calls: 0, answers: 0, inputTokens: 0, outputTokens: 0 };
let failures = 0;

function answer(response: ServerResponse): void {
  begin(response).write(chunk({ role: 'assistant', content: '' }));
  for (const [index, word] of WORDS.entries())
    response.write(chunk({ content: index === 0 ? word : ` ${word}` }));
  response.end(`${chunk({}, 'stop')}${frame({ id: 'c', choices: [], usage: USAGE })}data: [DONE]\n\n`, () => {
    ledger.answers += 1;
    ledger.inputTokens += USAGE.prompt_tokens;
    ledger.outputTokens += USAGE.completion_tokens;
  });
}

const server = createServer((request, response) => {
  if (request.url === '/ledger') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(ledger));
    return;
  }
  request.resume().on('end', () => {
    ledger.calls += 1;
    if (Math.random() >= FAILING) answer(response);
    else FAULTS[(failures += 1) % FAULTS.length]?.(response);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
