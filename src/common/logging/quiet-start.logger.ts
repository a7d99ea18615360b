import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** Where NestJS tells of every route and module that it sets up. */
const SETTING_UP = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** The product's logger, without a line for every part that starts as it should. */
@Injectable()
export class QuietStartLogger extends Logger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context: unknown = rest.at(-1);
    if (typeof context === 'string' && SETTING_UP.has(context)) return;
    super.log(message, ...(rest as []));
  }
}
