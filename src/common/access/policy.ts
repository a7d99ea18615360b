import type { Actor } from './actor.js';

/** Column values that a row must have; all of them. */
export type RowCondition = Readonly<Record<string, string>>;

/** Allows actions on a subject, on all rows that meet the condition. */
export type Grant = (actions: string | readonly string[], subject: string, condition: RowCondition) => void;

/**
 * What an actor may do with one module's subjects. Pure: everything it needs is in the actor.
 * Each condition names the workspace, so that a rule can never reach into another one.
 */
export type Policy = (actor: Actor, rules: { readonly can: Grant }) => void;
