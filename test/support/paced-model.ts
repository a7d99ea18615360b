import { setTimeout as sleep } from 'node:timers/promises';
import {
  finishChunk,
  frames,
  ScriptedServer,
  textChunk,
  usageChunk,
} from '../integration/providers/scripted-server.js';

interface ChatBody {
  readonly messages: readonly { readonly content: string }[];
}

/** A question that takes so many words, one every so many milliseconds: `paced(20, 500)` takes ten seconds. */
export function paced(words: number, everyMs: number): string {
  return `Say ${words} words, one every ${everyMs} ms.`;
}

/** An OpenAI-compatible server on loopback that answers as slowly as it is asked to, else two words at once. */
export async function startPacedModel(): Promise<ScriptedServer> {
  const server = await ScriptedServer.start();
  server.play(async (response, { body }) => {
    const question = (body as unknown as ChatBody).messages.at(-1)?.content ?? '';
    const [, words = '2', everyMs = '0'] = /Say (\d+) words, one every (\d+) ms/.exec(question) ?? [];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let word = 1; word <= Number(words) && response.writable; word += 1) {
      response.write(frames(textChunk(`word${word} `)));
      await sleep(Number(everyMs));
    }
    response.end(frames(finishChunk(), usageChunk(10, Number(words)), '[DONE]'));
  });
  return server;
}
