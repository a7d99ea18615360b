import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { newId } from '#common/database';
import { type Mail, Mailer } from '../ports/mailer.port.js';
import { messageOf } from './smtp.mailer.js';

const OWNER_ONLY = 0o700;

/** Puts letters into a folder, each an `.eml` file that mail programs open: where no mail server is set. */
export class FolderMailer extends Mailer {
  readonly #transport = createTransport({ streamTransport: true, buffer: true });

  constructor(
    private readonly folder: string,
    private readonly from: string,
  ) {
    super();
  }

  override async send(mail: Mail): Promise<void> {
    const { message } = await this.#transport.sendMail(messageOf(mail, this.from));
    await mkdir(this.folder, { recursive: true, mode: OWNER_ONLY });
    const name = join(this.folder, newId());
    await writeFile(`${name}.part`, message as Buffer, { mode: 0o600 });
    await rename(`${name}.part`, `${name}.eml`);
  }
}
