import { setTimeout as sleep } from 'node:timers/promises';
import {
  finishChunk,
  frames,
  type Script,
  ScriptedServer,
  textChunk,
  usageChunk,
} from '../integration/providers/scripted-server.js';

interface Said {
  readonly role: string;
  readonly content: string;
}

/** What was said to the model, the newest last. */
export function saidIn(body: Readonly<Record<string, unknown>>): readonly Said[] {
  return (body['messages'] as readonly Said[]).filter(({ role }) => role !== 'system');
}

/**
 * A model that does as the question says: `words=20 every=50` is an answer of 20 words, one every 50 ms; each word names
 * the question's first word, so that answers can be told apart.
 */
const obey: Script = async (response, { body }) => {
  const question = saidIn(body).at(-1)?.content ?? '';
  const [, words = '3'] = /words=(\d+)/.exec(question) ?? [];
  const [, every = '0'] = /every=(\d+)/.exec(question) ?? [];
  const subject = question.split(' ', 1)[0] ?? '';
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let word = 1; word <= Number(words) && !response.destroyed; word += 1) {
    response.write(frames(textChunk(`${subject}-${String(word)} `)));
    if (Number(every) > 0) await sleep(Number(every));
  }
  response.end(frames(finishChunk(), usageChunk(10, Number(words)), '[DONE]'));
};

/** A model server on loopback for the processes of a test. */
export async function startTalkingModel(): Promise<ScriptedServer> {
  const server = await ScriptedServer.start();
  server.play(obey);
  return server;
}
