import { createTransport, type SendMailOptions } from 'nodemailer';
import { MailNotSent, MailRefused } from '../mail.errors.js';
import { type Mail, Mailer } from '../ports/mailer.port.js';

const PATIENCE_MS = 15_000;

/** Sends by the mail server that the operator names. */
export class SmtpMailer extends Mailer {
  readonly #transport;

  /**
   * @param url `smtp://user:password@host:587`, or `smtps:` where the connection is encrypted from its beginning.
   * @param from who writes, as in `Colloquy <bots@example.com>`.
   */
  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.#transport = createTransport({
      url,
      ...{ connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS },
      // Letters are made of texts alone: nothing is fetched and no file is read for one.
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
  }

  override async send(mail: Mail): Promise<void> {
    try {
      await this.#transport.sendMail(messageOf(mail, this.from));
    } catch (error) {
      const isFinal = Number(Reflect.get(error as object, 'responseCode')) >= 500;
      throw isFinal ? new MailRefused({ cause: error }) : new MailNotSent({ cause: error });
    }
  }
}

/** A letter as Nodemailer takes it. */
export function messageOf(
  { to, attachments = [], unsubscribeUrl, ...rest }: Mail,
  from: string,
): SendMailOptions {
  return {
    ...rest,
    ...(unsubscribeUrl === undefined ? {} : { headers: unsubscribeHeaders(unsubscribeUrl) }),
    ...{ from, to: { name: '', address: to } },
    attachments: attachments.map(({ name, type, content }) => ({
      filename: name,
      contentType: type,
      content,
    })),
  };
}

function unsubscribeHeaders(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
