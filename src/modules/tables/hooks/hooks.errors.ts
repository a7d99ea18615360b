import { DomainError, NotFound } from '#common/errors';
import { MAX_HOOKS } from './hook.types.js';

/** There is no such hook in this table, or at this address. */
export class HookNotFound extends NotFound {
  constructor() {
    super('The hook');
  }
}

/** The event is not signed by the hook's secret, or not just now. */
export class HookSignatureRefused extends DomainError {
  static readonly code = 'hooks.signature_refused';
  static readonly kind = 'unauthenticated';
  constructor() {
    super(HookSignatureRefused, 'The signature is wrong, or older than five minutes.');
  }
}

/** The table has as many hooks as there may be. */
export class HookLimitReached extends DomainError {
  static readonly code = 'hooks.limit_reached';
  static readonly kind = 'conflict';
  constructor() {
    super(HookLimitReached, `There can be at most ${String(MAX_HOOKS)} hooks for a table.`);
  }
}
