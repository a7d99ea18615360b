/** How a field is compared. */
export const OPERATORS = [
  ...(['eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in', 'not_in', 'contains', 'not_contains'] as const),
  ...(['starts_with', 'is_empty', 'is_not_empty', 'has_any', 'has_all', 'has_none'] as const),
] as const;
export type Operator = (typeof OPERATORS)[number];

/** A condition on one field, or several put together. */
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | { readonly field: string; readonly op: Operator; readonly value?: unknown };
