/** A letter to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** For those who read no HTML. */
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly {
    readonly name: string;
    readonly type: string;
    readonly content: string;
  }[];
  /** Where mail programs end what the letter belongs to: with a POST, and no question asked (RFC 8058). */
  readonly unsubscribeUrl?: string;
}

/** Sends letters. */
export abstract class Mailer {
  /**
   * Returns once the next server has taken the letter on, or it lies in the folder.
   * @throws MailRefused when it never will be taken; MailNotSent when it may be later.
   */
  abstract send(mail: Mail): Promise<void>;
}
