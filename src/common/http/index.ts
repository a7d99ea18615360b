/**
 * Owns the way in (problems, request ids, limits, idempotency, event streams) and the only way out (outbound client).
 * Does not own any route.
 * Announces nothing.
 */
export {
  Answers,
  AnswersFile,
  AnswersFileInParts,
  Does,
  Fails,
  Streams,
  TakesForm,
  Topic,
  wantsEvents,
} from './api.decorators.js';
export { ByteBody, bytesUpTo, TakesBytes } from './byte-body.decorator.js';
export { ClientGone } from './client-gone.decorator.js';
export { ConnectionDrain } from './connection-drain.js';
export { limitConnections } from './connection-limits.js';
export { completeDocument } from './document/complete-document.js';
export { EventStream, type ServerEvent } from './event-stream.js';
export { FormBody, type FormFile, FormOf, type FormSink } from './form-body.js';
export { type PageForm, readPageForm } from './page-form.js';
export { FormMalformed, IdempotencyKeyRefused } from './http.errors.js';
export { HttpModule } from './http.module.js';
export { IdempotencyInterceptor } from './idempotency.interceptor.js';
export { readsJsonBody } from './json-body.js';
export { KeptAnswers } from './kept-answers.js';
export { OpenStreams } from './open-streams.js';
export * from './outbound/index.js';
export { Problem } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { LimitedByAddress, RateLimitGuard } from './rate-limit.guard.js';
export { answerRequestId, requestIdOf } from './request-id.js';
export { StreamError } from './stream-error.js';
export { sendFile, type SentFile } from './send-file.js';
export { sendText, type SentText } from './send-text.js';
export { STATUS_OF_KIND, TITLE_OF_STATUS } from './status-codes.js';
export { answerUnreadable } from './unreadable-request.js';
