import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../examples/site/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8' };
/** Always the same, so that links in kept answers and an entry in OUTBOUND_ALLOW stay true; another one when it is taken. */
const USUAL_PORT = 3980;

export const SAMPLE_PAGES = ['index.html', 'repairs.html', 'delivery.html', 'faq.html'];
export const SAMPLE_QUESTIONS = [
  'What does a courtesy bike cost?',
  'Within how many days can a bicycle be returned?',
];

/** Serves `examples/site` on loopback until `close` is called. */
export async function serveSampleSite() {
  const server = createServer((request, response) => {
    answer(request).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await listen(server, USUAL_PORT).catch(() => listen(server, 0));
  const { port } = server.address();
  return {
    urls: SAMPLE_PAGES.map((page) => `http://127.0.0.1:${port}/${page}`),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function listen(server, port) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

/** Only files of the folder itself have a type here, so that no path leads out of it. */
async function answer({ url }) {
  const [, name = ''] = /^\/([\w-]+\.(?:html|css))?(?:\?.*)?$/.exec(url) ?? [null, 'missing'];
  try {
    const file = name || 'index.html';
    return { status: 200, type: TYPES[extname(file)], body: await readFile(join(FOLDER, file)) };
  } catch {
    return { status: 404, type: 'text/plain; charset=utf-8', body: 'There is no such page.\n' };
  }
}
