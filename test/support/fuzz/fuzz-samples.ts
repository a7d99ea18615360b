/** Methods that a route is called with besides its own. */
export const STRANGE_METHODS = 'HEAD OPTIONS GET POST PUT PATCH DELETE TRACE PROPFIND QUERY'.split(' ');

export const JSON_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'Application/JSON',
  'application/json;charset=UTF-16',
];

export const OTHER_TYPES = [
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'a/b;;;',
  'application/merge-patch+json',
];

export const ACCEPTS = [
  'application/json',
  '*/*',
  'text/html',
  'application/xml;q=0.9',
  'text/event-stream',
  'text/event-stream, */*;q=0.1',
  '',
];

/** Headers that callers fill in freely. */
export const FREE_HEADERS =
  'accept idempotency-key x-request-id user-agent accept-language x-forwarded-for origin cookie if-none-match if-modified-since last-event-id prefer referer traceparent'.split(
    ' ',
  );

/** Credentials that open nothing. */
export const FORGED = [
  'Bearer',
  'Bearer ',
  'bearer null',
  'Basic YTpi',
  'Bearer a.b.c',
  `Bearer cq_key_${'a'.repeat(43)}`,
  'Bearer  x  y',
  'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwic2lkIjoieCJ9.',
  `Bearer ${'x'.repeat(5_000)}`,
  'Digest username="x"',
];

export const QUERY_TRICKS = ['noSuch=1', 'limit=1', 'limit[]=5', '__proto__=x', '&&', '=', 'a'.repeat(1_000)];

/** Names of fields that no body has. */
export const EXTRA_NAMES = [
  'id',
  'workspaceId',
  'createdAt',
  'ownerId',
  'role',
  '__proto__',
  'constructor',
  'toString',
  '',
  'name ',
  'NAME',
  'n\u0430me',
  '$ne',
  'a.b',
  '0',
  '\u{1f600}',
  'x'.repeat(300),
];

/** `JSON.stringify` writes no number like these, but other programs do. */
export const HUGE_NUMBERS = [
  '1e999',
  '-1e999',
  '1e308',
  '9007199254740993',
  '-0',
  '0.1e-400',
  '1.0',
  `1${'0'.repeat(400)}`,
];

export const ODD_TEXTS = [
  '',
  ' ',
  '\u2003\t',
  'a\u0000b',
  '\ud800',
  '\udc00x',
  '\ufeffbom',
  '\u202eright to left',
  'e\u0301'.repeat(200),
  '\u0301',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  '\ufffe\uffff',
  '\u2028\u2029',
  '\u0085',
  '%00',
  '%s%n',
  '../../etc/passwd',
];

/** The first and the last times that there are, and some that there are not. */
export const ODD_INSTANTS = [
  '0000-01-01T00:00:00Z',
  '0000-12-31T23:59:59.999999999Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-14:00',
  '1582-10-10T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-06-30T23:59:60Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00+24:00',
  '2026-01-01t00:00:00z',
  '2026-W01-1T00:00:00Z',
];

/** Addresses that are no public page, and pages in odd spellings. */
export const ODD_ADDRESSES = [
  'file:///etc/passwd',
  'ftp://pages.test.example/a',
  'javascript:alert(1)',
  'http://127.0.0.1/',
  'http://[::1]:22/',
  'http://169.254.169.254/latest/meta-data/',
  'http://user:pass@pages.test.example/',
  'http://',
  '//pages.test.example',
  'http://\u2460\u2461\u2466.0.0.1/',
  'http://pages.test.example:99999/',
  'HTTP://PAGES.TEST.EXAMPLE/SHOP',
  'http://m\u00fcnchen.example/',
];

/** Other spellings of a path. */
export function respellingsOf(path: string): string[] {
  return [
    `${path}/`,
    path.toUpperCase(),
    `/${path}`,
    path.replaceAll('/', '//'),
    `${path}%00`,
    `${path};x=1`,
    `${path}/..`,
    path.replace('v1', '%761'),
    `/v1/../${path}`,
    `${path}.json`,
    `${path}%2f`,
    path.slice(0, -2),
  ];
}

/** Things that are nearly an id. */
export function nearIds(id: string): string[] {
  return [
    `${id}0`,
    id.slice(1),
    id.toUpperCase().replace(/^./, 'G'),
    `{${id}}`,
    `${id}%20`,
    `${id}'--`,
    'null',
    '0',
    '-1',
    '..',
    '.',
    '%00',
    '%zz',
    '%2e%2e%2f',
    '%ED%A0%80',
    'a'.repeat(2_000),
  ];
}

/** JSON with a slip of the pen. */
export function misspellingsOf(json: string): string[] {
  return [
    json.slice(0, -1),
    `${json}x`,
    `\ufeff${json}`,
    json.replace('{', '{"name":"first",'),
    json.replaceAll('"', "'"),
    `[${json}]`,
    json.replace(/:/, ':NaN,"x":'),
    '',
    `${json.slice(0, -1)}${' '.repeat(1_100_000)}}`,
  ];
}
