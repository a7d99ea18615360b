/**
 * Owns the sending of letters: by a mail server, or into a folder where none is set.
 * Does not own what they say nor whom they are for.
 * Announces nothing.
 */
export { MailNotSent, MailRefused } from './mail.errors.js';
export { MailModule } from './mail.module.js';
export { type Mail, Mailer } from './ports/mailer.port.js';
