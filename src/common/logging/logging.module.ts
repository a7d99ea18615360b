import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { LoggingConfig } from '#config';
import { requestIdOf } from '#common/http';
import { currentCall, type Tracer } from '#common/telemetry';
import { serializeError } from './error.serializer.js';
import { GatheredLines } from './gathered-lines.js';
import { QuietStartLogger } from './quiet-start.logger.js';

const SECRETS = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.token',
  '*.secret',
  '*.apiKey',
];

/** Neither is worth a line each time that somebody looks. */
const WATCHED = /^\/(health\/|metrics)/;

/**
 * JSON logs. Each line of a request has its id, each line of a job the job's and that of the request that asked for it,
 * and both those of their trace. Paths are logged without their query, bodies never.
 */
@Module({})
export class LoggingModule {
  static with(config: LoggingConfig, tracer: Tracer): DynamicModule {
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
            autoLogging: { ignore: (request) => WATCHED.test(request.url ?? '') },
            mixin: () => ({ ...currentCall(), ...tracer.logFields() }),
            customLogLevel: (_request, response, error) => levelOf(response, error),
            serializers: {
              req: summaryOfRequest,
              res: summaryOfResponse,
              err: (error: unknown) => serializeError(error),
            },
            wrapSerializers: false,
            ...destination(),
            // The last line may be written outside of the request's context, when its client goes away.
            customSuccessObject: (request, _response, line: object) => withRequestId(request, line),
            customErrorObject: (request, _response, _error, line: object) => withRequestId(request, line),
          },
        }),
      ],
    };
  }
}

/** Standard output; at a terminal as lines for people to read, where the development tool for it is installed. */
function destination(): { transport: { target: string; options: object } } | { stream: DestinationStream } {
  if (process.stdout.isTTY && hasPretty()) {
    const options = { singleLine: true, ignore: 'pid,hostname,requestId', translateTime: 'SYS:HH:MM:ss' };
    return { transport: { target: 'pino-pretty', options } };
  }
  return { stream: (lines ??= new GatheredLines({ write: (text) => void process.stdout.write(text) })) };
}

/** Of all loggers of this process. */
let lines: GatheredLines | undefined;

function hasPretty(): boolean {
  try {
    import.meta.resolve('pino-pretty');
    return true;
  } catch {
    return false;
  }
}

function levelOf(response: ServerResponse, error?: Error): 'error' | 'warn' | 'info' {
  if (error || response.statusCode >= 500) return 'error';
  return response.statusCode === 429 ? 'warn' : 'info';
}

function withRequestId(request: IncomingMessage, line: object): object {
  return { requestId: requestIdOf(request), ...line };
}

function summaryOfRequest(request: IncomingMessage & { raw?: IncomingMessage }): object {
  return { method: request.method, path: request.url?.split('?', 1)[0] };
}

function summaryOfResponse(response: ServerResponse): object {
  return { status: response.statusCode };
}
