import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isDatabaseAway, isStorageFull } from '#common/database';
import { DomainError, StorageFull, Unavailable } from '#common/errors';
import { failureAnswerOf } from './failure-answer.js';
import type { Problem } from './problem.js';
import { requestIdOf } from './request-id.js';
import { CODE_OF_STATUS, STATUS_OF_KIND, TITLE_OF_STATUS } from './status-codes.js';

type ProblemFacts = Omit<Problem, 'type' | 'title' | 'requestId'> & { readonly retryAfterSeconds?: number };

const DETAIL_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'The request could not be read: its body or its path is malformed.',
  404: 'There is no such route.',
  413: 'The body is larger than this route takes.',
  415: 'The body is in an encoding or a media type that this route does not take.',
};

function statusOfParserError(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('type' in error || 'expose' in error)) return undefined;
  const status: unknown = Reflect.get(error, 'status');
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** When to try again what is not available, where nobody knows better. */
const RETRY_AFTER_SECONDS = 5;

function factsOfDomainError(error: DomainError): ProblemFacts {
  const status = STATUS_OF_KIND[error.kind];
  const { fields } = error.details;
  const retryAfterSeconds =
    error.details.retryAfterSeconds ?? (error.kind === 'unavailable' ? RETRY_AFTER_SECONDS : undefined);
  return {
    status,
    code: error.code,
    detail: error.message,
    ...(fields ? { errors: fields } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function factsOfStatus(status: number): ProblemFacts {
  return {
    status,
    code: (CODE_OF_STATUS as Readonly<Record<number, string>>)[status] ?? 'request_refused',
    detail: DETAIL_OF_STATUS[status] ?? 'The request was refused.',
  };
}

/** Turns every failure into problem+json, or into what clients of OpenAI expect. Unknown ones say no more than the request id, and are logged here, once. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const { retryAfterSeconds, ...facts } = this.#factsOf(error);
    if (response.headersSent || response.destroyed) {
      response.end();
      return;
    }
    const problem: Problem = {
      type: 'about:blank',
      title: TITLE_OF_STATUS[facts.status] ?? 'Error',
      ...facts,
      requestId: requestIdOf(request),
    };
    if (retryAfterSeconds !== undefined)
      response.setHeader('Retry-After', String(Math.ceil(retryAfterSeconds)));
    if (facts.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    const { status, mediaType, body } = failureAnswerOf(request.path, problem);
    response.status(status).type(mediaType).send(JSON.stringify(body));
  }

  #factsOf(error: unknown): ProblemFacts {
    if (error instanceof DomainError) return factsOfDomainError(error);
    if (error instanceof HttpException) return factsOfStatus(error.getStatus());
    if (isStorageFull(error)) {
      this.#logger.error({ err: error }, 'There is no space left to save anything');
      return factsOfDomainError(new StorageFull());
    }
    if (isDatabaseAway(error)) {
      this.#logger.error({ err: error }, 'The database does not answer');
      return factsOfDomainError(new Unavailable());
    }
    const status = statusOfParserError(error);
    if (status !== undefined) return factsOfStatus(status);
    this.#logger.error({ err: error }, 'Unexpected failure');
    return {
      status: 500,
      code: CODE_OF_STATUS[500],
      detail: 'Something went wrong on our side. The request id tells which.',
    };
  }
}
