import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { MailConfig, StorageConfig } from '#config';
import { FolderMailer } from './adapters/folder.mailer.js';
import { SmtpMailer } from './adapters/smtp.mailer.js';
import { Mailer } from './ports/mailer.port.js';

/** The one way in which letters go out. */
@Global()
@Module({
  providers: [
    {
      provide: Mailer,
      inject: [MailConfig, StorageConfig],
      useFactory: ({ smtpUrl, from }: MailConfig, { dataDir }: StorageConfig) =>
        smtpUrl ? new SmtpMailer(smtpUrl, from) : new FolderMailer(join(dataDir, 'outbox'), from),
    },
  ],
  exports: [Mailer],
})
export class MailModule {}
