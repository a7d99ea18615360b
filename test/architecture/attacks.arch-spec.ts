import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

/** An attack by which a product like this one was broken, and how ours is held against it. */
interface Attack {
  /** The public identifier, or what it is called. */
  readonly name: string;
  readonly wentWrong: string;
  /** Titles of the tests that try it here. */
  readonly tests?: readonly string[];
  /** Why there is nothing yet that it could be tried on. */
  readonly notYet?: string;
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'CVE-2026-45349, GHSA-gfm2-xm6c-37qc',
    wentWrong: 'A completion went on with any conversation whose id was sent.',
    tests: [
      'cannot speak in a conversation of others, streamed or not',
      'cannot tell rows of others from rows that never were, on any route',
      'of others are hidden from viewers, who have their own',
    ],
  },
  {
    name: 'CVE-2026-31950',
    wentWrong: 'A stream was given to whoever knew its id.',
    tests: ['cannot listen to the events of others, not even again'],
  },
  {
    name: 'CVE-2026-42276',
    wentWrong: 'Stopping an answer asked for a login, not for a right.',
    tests: [
      'cannot stop, repeat or rate what others have under way',
      'cannot end an answer that others are reading',
    ],
  },
  {
    name: 'CVE-2026-44569',
    wentWrong: 'Who might read a channel might change the messages of others in it.',
    tests: ['cannot change or remove messages that it may only read'],
  },
  {
    name: 'CVE-2026-45398, GHSA-4g37-7p2c-38r9',
    wentWrong: 'Searching took the id of any collection.',
    tests: ['cannot reach the passages of others by any way to a search'],
  },
  {
    name: 'CVE-2026-41949',
    wentWrong: 'A preview showed the beginning of any file.',
    tests: [
      'cannot read the passages of a document of others, under its own source or theirs',
      'of another workspace is not found',
    ],
  },
  {
    name: 'CVE-2026-41950',
    wentWrong: 'An id inside a body was not checked.',
    tests: ['cannot name rows of others in any body', 'cannot use the credential of another workspace'],
  },
  {
    name: 'CVE-2026-45402, CVE-2026-45671',
    wentWrong: 'The right to one thing, or to one row, was taken for the right to another.',
    tests: ['needs a right of its own for each row that a call names, and for each thing it does to it'],
  },
  {
    name: 'CVE-2026-41947',
    wentWrong: 'What was said could be traced to a server of the attacker.',
    tests: ['cannot send what is said to a server of its own'],
  },
  {
    name: 'GHSA-c2c9-mfw7-p8hw, CVE-2026-56268',
    wentWrong: 'A parameter that was left out took the filter on the tenant with it.',
    tests: [
      'sees no rows of others in any list, whatever it filters by',
      'fails every query in a context that is bound to no workspace',
    ],
  },
  {
    name: 'CVE-2026-41277, GHSA-3prp-9gf7-4rxx',
    wentWrong: 'Making a row with the id of another one overwrote that one.',
    tests: ['cannot take over a row by making one with its id'],
  },
  {
    name: 'CVE-2026-42863',
    wentWrong: 'A body could set what only the server sets.',
    tests: [
      'cannot set what only the server sets',
      'in fields that nobody knows is refused, prototypes included',
    ],
  },
  {
    name: 'GHSA-f6hc-c5jr-878p',
    wentWrong: 'An empty reset token was as good as a right one.',
    tests: [
      'refuses the refresh token %j',
      'refuse a refresh token %s',
      'rotates refresh tokens and ends the session when a used one comes back',
      'such as a refresh token whose session has ended opens nothing',
    ],
  },
  {
    name: 'CVE-2025-58434',
    wentWrong: 'The answer to a forgotten password held the token.',
    tests: [
      'sees no secret and no hash in any answer',
      'are shown once, act with their role, and end when they are revoked',
    ],
  },
  {
    name: 'CVE-2026-32717',
    wentWrong: 'The key of a suspended user went on working.',
    tests: [
      'of who is %s end at once: access token, refresh token and key',
      'of who is given a lesser role can do less at once, keys made before included',
      'end soon after their reader has signed out',
      'end soon after their key was revoked',
    ],
  },
  {
    name: 'CVE-2026-45339',
    wentWrong: 'A restriction held for one header, not for another one that also carried the key.',
    tests: [
      'are taken from the Authorization header alone',
      'narrowed to single permissions stay narrow on every route they open',
      'is taken from the Authorization header alone',
    ],
  },
  {
    name: 'CVE-2025-43862',
    wentWrong: 'Roles were held in the user interface alone.',
    tests: [
      'of a person: $role calls $operation: $allowed',
      'of an API key are those of a person (%s)',
      'is refused on every other route',
    ],
  },
  {
    name: 'GHSA-w5r7-4f94-vp4c, CVE-2026-31943',
    wentWrong: 'An address inside was let pass in another spelling.',
    tests: [
      'cannot be an address that is not public, however it is written',
      'cannot be a server next door (%s)',
      'neither looks up nor connects to %j',
    ],
  },
  {
    name: 'CVE-2026-45401',
    wentWrong: 'Where a redirect leads was not checked.',
    tests: ['cannot lead to a server next door %s', 'refuses the end of the chain $id'],
  },
  {
    name: 'CVE-2026-45400',
    wentWrong: 'The check read an address otherwise than the client.',
    tests: [
      'cannot be a server next door because another one is allowed',
      'sends nothing internal for %s',
      'such as the address %j is not taken for a page',
    ],
  },
  {
    name: 'GHSA-2x8m-83vc-6wv4, GHSA-hgqq-whf5-mrrf',
    wentWrong: 'A name led outside when it was checked, and inside when it was connected to.',
    tests: [
      'cannot have a name checked that leads somewhere else when it is asked again',
      'cannot have a page read from %s, whose name leads inside',
      'connects $name to the address that was checked, resolved once',
    ],
  },
  {
    name: 'CVE-2025-64709',
    wentWrong: 'The metadata of the cloud could be asked, with the headers that they want.',
    tests: [
      'cannot reach the metadata of a cloud, nor send what it asks for',
      'may not send the header %j: %j',
    ],
  },
  {
    name: 'CVE-2026-41271',
    wentWrong: 'There was a guarded client, and other code did not use it.',
    tests: ['have one way out, which is that of common/http', 'makes nobody load what it names'],
  },
  {
    name: 'CVE-2025-59528, CVE-2026-40933, CVE-2026-56274, CVE-2026-41268',
    wentWrong: 'Settings were run as code, or as a command.',
    tests: ['start no program and run no text as code'],
  },
  {
    name: 'CVE-2026-41264',
    wentWrong: 'A table became code that was run, or SQL that could write.',
    notYet: 'There are no tables, and no model writes code or SQL.',
  },
  {
    name: 'CVE-2026-44568, GHSA-7r4h-vmj9-wg42',
    wentWrong: 'A text was cleaned before it was made HTML of, or shown as HTML to the team.',
    tests: [
      'is shown as data, never as a document of this site',
      'come back from a conversation unchanged ($section)',
    ],
  },
  {
    name: 'CVE-2026-27740',
    wentWrong: 'What a model said was trusted as HTML.',
    tests: ['cannot make what a model says run where it is read, answered at once, streamed or read later'],
  },
  {
    name: 'CVE-2026-31949',
    wentWrong: 'A field that was missing ended the process.',
    tests: [
      'are answered quickly, without a failure of ours, and only as the document says',
      'is refused where a body is missing',
      'takes no time with a page made to be slow',
    ],
  },
  {
    name: 'GHSA-qrm5-r67f-6692',
    wentWrong: 'The name of a file led out of its folder.',
    tests: [
      'takes nothing of the path in the name of its file',
      'say of %s why it cannot be read',
      'leaves its folder for no name (%j)',
      'refuse a file that is %s',
    ],
  },
  {
    name: 'CVE-2026-39969',
    wentWrong: 'The signature of an inbound call was not looked at.',
    tests: [
      'refuses a signature %s',
      'refuses a signature that was made for another time or another body',
      'writes an event once, however often it comes, also at the same time',
      'is of one table: its secret opens no other hook, and its token no other route',
    ],
  },
  {
    name: 'CVE-2026-42208',
    wentWrong: 'A key was put into SQL as it was.',
    tests: ['finds nothing by SQL in a filter or an id', 'finds no key by SQL in a credential (%s)'],
  },
  {
    name: 'Formulas in CSV',
    wentWrong: 'A cell began a formula where the export was opened.',
    tests: ['make harmless in the report what a program could take for a formula'],
  },
  {
    name: 'Prompt injection that carries data out',
    wentWrong: 'A page that was read made the bot show an image whose address held the conversation.',
    tests: [
      'keeps its orders inside its own block of the prompt',
      'cannot make one bot speak of the sources of another',
    ],
  },
  {
    name: 'Reading the history of a visitor',
    wentWrong: 'The id of a visitor was enough to read and to hide what the visitor had said.',
    notYet: 'There are no visitors: every caller has an account or a key.',
  },
  {
    name: 'Lists of paths that need no token',
    wentWrong: 'What began like a public path was public.',
    tests: [
      'without a token is let in nowhere by a route spelled %s',
      'without a token are refused by every route that is not public',
      'to %s without a token reach nothing',
      'are public only where the table says so',
    ],
  },
];

function filesUnder(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => join(root, folder, name));
}

/** What stands where a test is named: a text, then a function. */
const TITLE = /\(\s*'((?:[^'\\\n]|\\.)+)',\s*(?:\n\s*)?(?:async\s+)?\(/g;

function titlesIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(TITLE)].map(([, title = '']) =>
    title.replaceAll("\\'", "'"),
  );
}

/** Code without its comments, and without imports of types, which load nothing. */
function codeOf(file: string): string {
  return readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^import type [^;]*;$/gm, '');
}

function filesThat(match: RegExp, allowed: RegExp): string[] {
  return filesUnder('src', /(?<!\.spec)\.ts$/)
    .map((file) => file.slice(root.length + 1))
    .filter((file) => !allowed.test(file) && match.test(codeOf(join(root, file))));
}

describe('attacks that broke others', () => {
  const titles = new Set(filesUnder('test', /-(?:spec|suite)\.ts$/).flatMap(titlesIn));

  it('are all that we know of, each once', () => {
    expect(ATTACKS).toHaveLength(35);
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });

  it.each(ATTACKS)('$name ("$wentWrong") is tried here, or cannot be yet', ({ tests = [], notYet = '' }) => {
    expect(tests.length > 0).toBe(notYet === '');
    expect(tests.filter((title) => !titles.has(title))).toEqual([]);
  });
});

describe('our processes', () => {
  const network =
    /from '(?:node:)?(?:https?|http2|net|tls|dgram)'|from 'undici'|(?<![.\w])(?:fetch|WebSocket|XMLHttpRequest|EventSource)\(/;

  it('have one way out, which is that of common/http', () => {
    // The lock of a data directory is a socket in the file system.
    expect(filesThat(network, /^src\/common\/(http\/|database\/data-dir\.lock\.ts$)/)).toEqual([]);
    expect(filesThat(network, /^$/).length).toBeGreaterThan(2);
  });

  it('start no program and run no text as code', () => {
    const running =
      /from '(?:node:)?(?:child_process|vm|cluster|repl)'|\beval\(|new Function\(|\bimport\((?!'|\s*'[^']*'\s*\))|process\.binding|setTimeout\(\s*['"`]/;

    expect(filesThat(running, /^$/)).toEqual([]);
  });

  it('make threads of files of their own alone', () => {
    const threads = filesThat(/from 'piscina'|new Worker\(/, /^$/);

    expect(threads.length).toBeGreaterThan(0);
    expect(threads.filter((file) => !codeOf(join(root, file)).includes('workerFile('))).toEqual([]);
  });
});
