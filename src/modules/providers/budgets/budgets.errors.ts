import { DomainError, NotFound } from '#common/errors';

/** What may be spent in this period is spent, or held back for calls that are under way. */
export class BudgetExhausted extends DomainError {
  static readonly code = 'budget_exhausted';
  static readonly kind = 'payment_required';
  constructor() {
    const message = 'The budget for model calls is used up for now. An admin of the workspace can raise it.';
    super(BudgetExhausted, message);
  }
}

/** There is a budget of the same scope, period and unit already. */
export class BudgetExists extends DomainError {
  static readonly code = 'budgets.exists';
  static readonly kind = 'conflict';
  constructor() {
    super(BudgetExists, 'There is such a budget already. Change its amount instead.');
  }
}

/** There is no such bot in the workspace. */
export class UnknownBudgetBot extends NotFound {
  constructor() {
    super('The bot');
  }
}
