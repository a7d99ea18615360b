import { DomainError, type NamedCase } from '#common/errors';
import { type LimitedKind, WORKSPACE_LIMITS } from './workspace-limits.js';

/** What is known of a failure besides its class. */
export interface FailureFacts {
  /** What the vendor's SDK or the network threw. Never shown. */
  readonly cause?: unknown;
  /** After how many seconds the provider said to try again. */
  readonly retryAfterSeconds?: number;
}

/**
 * Any way in which a model can fail to answer. Its kind says what helps: waiting (`unavailable`, and only then
 * `retryable`), a change to the credential or to the bot's model (`dependency_failed`), or another question (`invalid`).
 * `code` and `message` are safe to store and to show: they name no key,
 * prompt or address.
 */
export abstract class ProviderFailure extends DomainError {
  constructor(
    named: NamedCase,
    message: string,
    /** Whether the same call may succeed a little later. */
    readonly retryable: boolean,
    { cause, retryAfterSeconds }: FailureFacts = {},
  ) {
    super(named, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds }, { cause });
  }
}

/** The provider refuses the installation's key, or its account has no credit left. */
export class ProviderAuthFailed extends ProviderFailure {
  static readonly code = 'provider_auth';
  static readonly kind = 'dependency_failed';
  constructor(facts?: FailureFacts) {
    const message = 'The model provider refuses the configured key, or its account has no credit left.';
    super(ProviderAuthFailed, message, false, facts);
  }
}

/** The provider takes no more requests from this installation for now. */
export class ProviderRateLimited extends ProviderFailure {
  static readonly code = 'provider_rate_limited';
  static readonly kind = 'unavailable';
  constructor(facts?: FailureFacts) {
    const message = 'The model provider limits how often it may be asked. Try again shortly.';
    super(ProviderRateLimited, message, true, facts);
  }
}

/** The provider has a failure of its own, or more requests than it can serve. */
export class ProviderOverloaded extends ProviderFailure {
  static readonly code = 'provider_overloaded';
  static readonly kind = 'unavailable';
  constructor(facts?: FailureFacts) {
    const message = 'The model provider is overloaded or has a failure of its own. Try again shortly.';
    super(ProviderOverloaded, message, true, facts);
  }
}

/** The first words, the next ones or the end took too long. */
export class ProviderTimedOut extends ProviderFailure {
  static readonly code = 'provider_timeout';
  static readonly kind = 'unavailable';
  constructor(facts?: FailureFacts) {
    super(ProviderTimedOut, 'The model took too long to answer.', true, facts);
  }
}

/** The provider does not know the model, or does not take a setting that was sent along. */
export class ProviderRequestRefused extends ProviderFailure {
  static readonly code = 'provider_bad_request';
  static readonly kind = 'dependency_failed';
  /** @param parameter the setting that the provider named, one of those that were sent. */
  constructor(facts?: FailureFacts, parameter?: string) {
    const reason = parameter ? `the setting "${parameter}"` : 'the request';
    const message = `The model provider does not accept ${reason}. Check the model's name and settings.`;
    super(ProviderRequestRefused, message, false, facts);
  }
}

/** The provider's own rules forbid the question, the sources or the answer. */
export class ContentFiltered extends ProviderFailure {
  static readonly code = 'content_filtered';
  static readonly kind = 'invalid';
  constructor(facts?: FailureFacts) {
    const message = "The model provider's content rules do not allow an answer to this.";
    super(ContentFiltered, message, false, facts);
  }
}

/** Question, history and sources together are more than the model takes. */
export class ContextTooLong extends ProviderFailure {
  static readonly code = 'context_too_long';
  static readonly kind = 'invalid';
  constructor(facts?: FailureFacts) {
    const message = 'The conversation and its sources are longer than this model can read.';
    super(ContextTooLong, message, false, facts);
  }
}

/** No connection to the provider came about. */
export class ProviderUnreachable extends ProviderFailure {
  static readonly code = 'provider_unreachable';
  static readonly kind = 'unavailable';
  constructor(facts?: FailureFacts) {
    super(ProviderUnreachable, 'The model provider cannot be reached.', true, facts);
  }
}

/** The answer broke off or is not what the provider's interface promises. */
export class ProviderProtocolBroken extends ProviderFailure {
  static readonly code = 'provider_protocol';
  static readonly kind = 'unavailable';
  constructor(facts?: FailureFacts) {
    const message = "The model's answer broke off or could not be read.";
    super(ProviderProtocolBroken, message, true, facts);
  }
}

/** Nobody was asked: the provider has failed too often just now, or too many calls to it wait already. */
export class ProviderUnavailable extends ProviderFailure {
  static readonly code = 'provider_unavailable';
  static readonly kind = 'unavailable';
  constructor(facts?: FailureFacts) {
    const message = 'The model provider has failed repeatedly and is not asked for a few seconds.';
    super(ProviderUnavailable, message, true, {
      retryAfterSeconds: 5,
      ...facts,
    });
  }
}

/** The model went on for longer than any model is meant to. */
export class AnswerTooLong extends ProviderFailure {
  static readonly code = 'answer_too_long';
  static readonly kind = 'dependency_failed';
  constructor() {
    super(AnswerTooLong, 'The model did not come to an end with its answer.', false);
  }
}

/** The provider is known, but this installation has no key or address for it. */
export class ProviderNotConfigured extends ProviderFailure {
  static readonly code = 'provider_not_configured';
  static readonly kind = 'invalid';
  constructor(provider: string) {
    const message = `There is no credential for the provider "${provider}", and this installation has none of its own.`;
    super(ProviderNotConfigured, message, false);
  }
}

/** No provider of that name, or none of its models. */
export class UnknownModel extends DomainError {
  static readonly code = 'providers.unknown_model';
  static readonly kind = 'invalid';
  /** @param known providers, or models of the provider, that there are. */
  constructor(known: readonly string[] = []) {
    const hint = known.length > 0 ? `There are: ${known.join(', ')}.` : 'See the list of models.';
    super(UnknownModel, `There is no such provider, or it has no such model. ${hint}`);
  }
}

/** A model that stands in for itself, or twice for another. */
export class RepeatedFallback extends DomainError {
  static readonly code = 'providers.repeated_fallback';
  static readonly kind = 'invalid';
  constructor() {
    const message = 'Each fallback must be a model that has not been named before it.';
    super(RepeatedFallback, message, {
      fields: [{ path: 'model.fallbacks', message }],
    });
  }
}

/** The workspace has as many credentials, budgets or model overrides as there may be. */
export class ProviderLimitReached extends DomainError {
  static readonly code = 'providers.limit_reached';
  static readonly kind = 'conflict';
  constructor(what: LimitedKind) {
    const message = `A workspace can have at most ${String(WORKSPACE_LIMITS[what])} ${what}. Remove one that is not needed any more.`;
    super(ProviderLimitReached, message);
  }
}

/** In how many ways a model that was asked can fail to answer, for routes that wait for the answer. */
export const ANSWER_FAILURES = [
  ProviderAuthFailed,
  ProviderRateLimited,
  ProviderOverloaded,
  ProviderTimedOut,
  ProviderRequestRefused,
  ContentFiltered,
  ContextTooLong,
  ProviderUnreachable,
  ProviderProtocolBroken,
  ProviderUnavailable,
  AnswerTooLong,
  ProviderNotConfigured,
  UnknownModel,
] as const;
