import { IsNotEmpty, IsOptional, IsString, Matches } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** How letters go out. */
export class MailConfig {
  /**
   * Mail server, as in `smtp://user:password@mail.example.com:587`, or `smtps:` where the connection is encrypted from its
   * beginning. Without it letters are put into the folder `outbox` of DATA_DIR.
   */
  @Setting('SMTP_URL', 'text', { secret: true })
  @IsOptional()
  @IsString()
  @Matches(/^smtps?:\/\/[^\s/]+/, { message: 'must begin with smtp:// or smtps://' })
  smtpUrl?: string;

  /** Who writes, as in `Colloquy <bots@example.com>`. */
  @Setting('MAIL_FROM')
  @IsString()
  @IsNotEmpty()
  from = 'Colloquy <colloquy@localhost>';
}
