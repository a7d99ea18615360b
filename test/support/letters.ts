import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

/** A letter, taken apart. */
export interface Letter {
  readonly headers: string;
  /** Its texts, attachments included, as they were before they were packed for the way. */
  readonly parts: readonly { readonly type: string; readonly content: string }[];
}

/** The letters in the folder that stands in for a mail server. */
export function lettersIn(dataDir: string): Letter[] {
  const folder = join(dataDir, 'outbox');
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => letterOf(readFileSync(join(folder, name), 'utf8')));
  } catch {
    return [];
  }
}

/** A mail server that takes letters, or answers each with the next of some codes first. */
export interface PostOffice {
  readonly url: string;
  readonly letters: readonly Letter[];
  /** Codes with which the next letters are refused. */
  readonly refusals: number[];
  close(): Promise<void>;
}

export async function openPostOffice(): Promise<PostOffice> {
  const letters: Letter[] = [];
  const refusals: number[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false },
    onRcptTo: (_address, _session, done) => {
      const responseCode = refusals.shift();
      done(responseCode === undefined ? undefined : Object.assign(new Error('no'), { responseCode }));
    },
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        letters.push(letterOf(Buffer.concat(parts).toString()));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    ...{ url: `smtp://127.0.0.1:${String(port)}`, letters, refusals },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

function letterOf(source: string): Letter {
  const [headers = ''] = source.split('\r\n\r\n', 1);
  return { headers: unfolded(headers), parts: partsOf(source) };
}

function partsOf(source: string): Letter['parts'] {
  const end = source.indexOf('\r\n\r\n');
  const [headers, body] = [unfolded(source.slice(0, end)), source.slice(end + 4)];
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1];
  if (boundary !== undefined)
    return body
      .split(`--${boundary}`)
      .slice(1, -1)
      .flatMap((part) => partsOf(part.replace(/^\r\n/, '')));
  const type = /^content-type: ([^;\r\n]+)/im.exec(headers)?.[1] ?? 'text/plain';
  return [{ type, content: unpacked(body, headers) }];
}

function unpacked(body: string, headers: string): string {
  if (/^content-transfer-encoding: base64/im.test(headers)) return Buffer.from(body, 'base64').toString();
  if (!/^content-transfer-encoding: quoted-printable/im.test(headers)) return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function unfolded(headers: string): string {
  return headers.replaceAll(/\r\n[ \t]+/g, ' ');
}
