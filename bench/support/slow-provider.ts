// An OpenAI-compatible server that speaks slowly: node dist/bench/support/slow-provider.js WORDS_A_SECOND WORDS.
// Each word is the time at which it was said, in milliseconds of the epoch. Says its port on stdout.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAUSE_MS = 1_000 / Number(process.argv[2] ?? '20');
const WORDS = Number(process.argv[3] ?? '200');
/** One timer for all, so that it is not the timers that are measured. */
const TICK_MS = 5;

interface Speech {
  readonly response: ServerResponse;
  dueAt: number;
  left: number;
}

const LAST = `data: ${JSON.stringify({
  ...{ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  usage: { prompt_tokens: 40, completion_tokens: WORDS, total_tokens: 40 + WORDS },
})}\n\ndata: [DONE]\n\n`;
const speeches = new Set<Speech>();

setInterval(() => {
  const now = performance.now();
  for (const speech of speeches) {
    if (speech.dueAt > now) continue;
    speech.dueAt += PAUSE_MS;
    const saidAt = (performance.timeOrigin + performance.now()).toFixed(1);
    speech.response.write(
      `data: {"id":"c","choices":[{"index":0,"delta":{"content":"t${saidAt} "},"finish_reason":null}]}\n\n`,
    );
    speech.left -= 1;
    if (speech.left > 0) continue;
    speeches.delete(speech);
    speech.response.end(LAST);
  }
}, TICK_MS);

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // They do not all speak in time with each other.
    const speech = { response, dueAt: performance.now() + Math.random() * PAUSE_MS, left: WORDS };
    speeches.add(speech);
    response.on('close', () => speeches.delete(speech));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
