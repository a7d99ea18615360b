/**
 * Owns the vocabulary of failures that every module shares.
 * Does not own status codes (see `common/http`) nor the cases of single modules.
 * Announces nothing.
 */
export { documentedCodes } from './documented-codes.js';
export {
  DomainError,
  type DocumentedError,
  type ErrorDetails,
  type ErrorKind,
  type FieldProblem,
  type NamedCase,
} from './domain-error.js';
export {
  Forbidden,
  InvalidFields,
  NotFound,
  StorageFull,
  Unauthenticated,
  Unavailable,
} from './common.errors.js';
