import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type Mail, type Mailer, MailNotSent, MailRefused } from '#common/mail';
import { FolderMailer } from '../../../src/common/mail/adapters/folder.mailer.js';
import { SmtpMailer } from '../../../src/common/mail/adapters/smtp.mailer.js';

const FROM = 'Colloquy <bots@example.com>';
const LETTER: Mail = {
  to: 'ada@example.com',
  subject: 'What people asked – last week',
  text: 'Plain words.',
  html: '<p>Marked words.</p>',
  attachments: [{ name: 'report.html', type: 'text/html', content: '<!doctype html><p>Grüße</p>' }],
};

/** What has arrived at a mail server, or lies in a folder. */
interface Post {
  readonly mailer: Mailer;
  letters(): string[];
  close(): Promise<void>;
}

async function startServer(options: SMTPServerOptions = {}): Promise<Post> {
  const letters: string[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false },
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        letters.push(Buffer.concat(parts).toString());
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    mailer: new SmtpMailer(`smtp://127.0.0.1:${String(port)}`, FROM),
    letters: () => letters,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

function openFolder(): Post {
  const folder = join(mkdtempSync(join(tmpdir(), 'colloquy-mail-')), 'outbox');
  return {
    mailer: new FolderMailer(folder, FROM),
    letters: () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
    close: () => {
      expect(statSync(folder).mode & 0o077).toBe(0);
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

describe.each([
  ['a mail server', () => startServer()],
  ['a folder', () => Promise.resolve(openFolder())],
])('Letters that go to %s', (_, open) => {
  let post: Post;

  beforeEach(async () => {
    post = await open();
  });
  afterEach(() => post.close());

  it('have sender, addressee, subject, both forms of the text and what is attached', async () => {
    await post.mailer.send(LETTER);

    const [letter = ''] = post.letters();
    expect(letter).toContain('From: Colloquy <bots@example.com>');
    expect(letter).toContain('To: ada@example.com');
    expect(letter).toMatch(/Subject: =\?UTF-8\?Q\?What_people_asked_=E2=80=93/);
    expect(letter).toContain('Plain words.');
    expect(letter).toContain('<p>Marked words.</p>');
    expect(letter).toContain('filename=report.html');
  });

  it('have no lines that a text has smuggled in', async () => {
    const subject = 'Hello\r\nBcc: everybody@example.com\r\n\r\nAnother body';
    await post.mailer.send({ ...LETTER, subject, attachments: [] });

    const [letter = ''] = post.letters();
    expect(letter).not.toMatch(/^Bcc:/im);
    expect(letter.split('\r\n\r\n')[0]).toContain('Subject: Hello Bcc: everybody@example.com');
  });

  it('go to one address, whatever it looks like', async () => {
    await post.mailer.send({ ...LETTER, to: 'ada@example.com, eve@example.com' }).catch(() => undefined);

    for (const letter of post.letters()) expect(letter).not.toMatch(/^To: .*, eve@example\.com$/m);
  });
});

describe('A mail server that takes no letters', () => {
  const failing = async (options: SMTPServerOptions): Promise<unknown> => {
    const post = await startServer(options);
    try {
      return await post.mailer.send(LETTER).catch((error: unknown) => error);
    } finally {
      await post.close();
    }
  };
  const refusal = (responseCode: number): Error => Object.assign(new Error('no'), { responseCode });

  it('may take them later, when it says so', async () => {
    const failure = await failing({
      onRcptTo: (_address, _session, done) => {
        done(refusal(451));
      },
    });

    expect(failure).toBeInstanceOf(MailNotSent);
  });

  it('never will, when it says so', async () => {
    const failure = await failing({
      onRcptTo: (_address, _session, done) => {
        done(refusal(550));
      },
    });

    expect(failure).toBeInstanceOf(MailRefused);
  });

  it('may come back when nobody listens there', async () => {
    const mailer = new SmtpMailer('smtp://127.0.0.1:9', FROM);

    await expect(mailer.send(LETTER)).rejects.toBeInstanceOf(MailNotSent);
  });
});
