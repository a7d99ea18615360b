export const MAX_FORM_FIELDS = 50;

/** A field of a table as a form asks for it. */
export interface FormField {
  readonly key: string;
  /** The name of the field where it is left out. */
  readonly label?: string;
  readonly help?: string;
  /** Whether it has to be filled in here, although the table would do without. */
  readonly required?: boolean;
}

/** A public page on which anybody can add a record to a table. */
export interface Form {
  readonly id: string;
  readonly workspaceId: string;
  readonly tableId: string;
  /** The last part of its address. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly fields: readonly FormField[];
  /** What people read when they are done. */
  readonly thanks: string;
  readonly isOpen: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface FormDraft {
  readonly tableId: string;
  readonly slug?: string;
  readonly title: string;
  readonly description?: string;
  readonly fields: readonly FormField[];
  readonly thanks?: string;
  readonly isOpen?: boolean;
}

export type FormChanges = Partial<Omit<FormDraft, 'tableId'>>;
