import { parseArgs } from 'node:util';
import { DemoFailure } from './failure.mjs';

export const USAGE = `Usage: npm run demo -- [url ...] [--ask "question" ...] [--model provider/name]

  url       pages to read; without one, a sample site that the demo serves on this computer
  --ask     what to ask, once for each question; without it, two questions made from what was read
  --model   a model other than local/extractive, for example openai/gpt-4.1-mini

The demo talks to the server at COLLOQUY_URL, else to the one that \`npm start\` runs, else to one of its own.`;

/** What the command line asks for. @throws DemoFailure when it cannot be understood. */
export function readOptions(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ask: { type: 'string', multiple: true, default: [] },
        model: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return {
      urls: positionals.map(pageUrl),
      questions: values.ask.filter((question) => question.trim() !== ''),
      model: modelChoice(values.model),
      help: values.help,
    };
  } catch (error) {
    if (error instanceof DemoFailure) throw error;
    throw new DemoFailure(error.message, USAGE);
  }
}

function pageUrl(text) {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(url)) throw new DemoFailure(`"${text}" is not the address of a page.`, USAGE);
  return new URL(url).href;
}

function modelChoice(text) {
  if (text === undefined) return undefined;
  const [, provider, name] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  if (!name) throw new DemoFailure('--model takes provider/name, for example openai/gpt-4.1-mini.', USAGE);
  return { provider, name };
}
