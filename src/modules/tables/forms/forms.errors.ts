import { DomainError, NotFound } from '#common/errors';

/** There is no such form in this workspace, or at this address. */
export class FormNotFound extends NotFound {
  constructor() {
    super('The form');
  }
}

/** Another form has this address. */
export class FormSlugTaken extends DomainError {
  static readonly code = 'forms.slug_taken';
  static readonly kind = 'conflict';
  constructor() {
    super(FormSlugTaken, 'Another form has this address.');
  }
}

/** The form takes no entries just now. */
export class FormClosed extends DomainError {
  static readonly code = 'forms.closed';
  static readonly kind = 'conflict';
  constructor() {
    super(FormClosed, 'This form is closed.');
  }
}
