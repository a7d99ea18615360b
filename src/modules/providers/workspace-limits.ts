/** Of what a workspace may have only so much: all of it is read for each answer. */
export const WORKSPACE_LIMITS = { credentials: 50, budgets: 100, overrides: 500 } as const;
export type LimitedKind = keyof typeof WORKSPACE_LIMITS;
