import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { LoggingConfig } from '#config';
import { requestIdOf } from '#common/http';
import { serializeError } from './error.serializer.js';
import { QuietStartLogger } from './quiet-start.logger.js';

const SECRETS = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.token',
  '*.secret',
  '*.apiKey',
];

/** JSON logs with the request id on every line. Paths are logged without their query, bodies never. */
@Module({})
export class LoggingModule {
  static with(config: LoggingConfig): DynamicModule {
    return {
      module: LoggingModule,
      global: true,
      providers: [QuietStartLogger],
      exports: [QuietStartLogger],
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            level: config.level,
            redact: { paths: SECRETS, censor: '[secret]' },
            genReqId: (request) => requestIdOf(request),
            autoLogging: { ignore: (request) => request.url?.startsWith('/health') ?? false },
            customLogLevel: (_request, response, error) => levelOf(response, error),
            serializers: {
              req: summaryOfRequest,
              res: summaryOfResponse,
              err: (error: unknown) => serializeError(error),
            },
            wrapSerializers: false,
            ...prettyAtTerminal(),
            customProps: (request) => ({ requestId: requestIdOf(request) }),
          },
        }),
      ],
    };
  }
}

/** At a terminal, lines for people to read, where the development tool for it is installed. */
function prettyAtTerminal(): { transport?: { target: string; options: object } } {
  if (!process.stdout.isTTY) return {};
  try {
    import.meta.resolve('pino-pretty');
  } catch {
    return {};
  }
  const options = { singleLine: true, ignore: 'pid,hostname,requestId', translateTime: 'SYS:HH:MM:ss' };
  return { transport: { target: 'pino-pretty', options } };
}

function levelOf(response: ServerResponse, error?: Error): 'error' | 'warn' | 'info' {
  if (error || response.statusCode >= 500) return 'error';
  return response.statusCode === 429 ? 'warn' : 'info';
}

function summaryOfRequest(request: IncomingMessage & { raw?: IncomingMessage }): object {
  return { method: request.method, path: request.url?.split('?', 1)[0] };
}

function summaryOfResponse(response: ServerResponse): object {
  return { status: response.statusCode };
}
