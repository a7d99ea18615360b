import type { JobDeclaration } from '#common/jobs';

/** What happens when schedules of one kind come round. */
export interface ScheduleDeclaration<Payload extends object = object> {
  /** `noun.verb`, unique; stored in the rows as their kind. */
  readonly name: string;
  /** Is enqueued each time. Finds out by itself whether its subject is still there. */
  readonly job: JobDeclaration<Payload>;
}

const declarations = new Map<string, ScheduleDeclaration>();

/**
 * Declares a kind of schedule.
 *
 * @throws Error when the name is taken.
 */
export function defineSchedule<Payload extends object>(
  declaration: ScheduleDeclaration<Payload>,
): ScheduleDeclaration<Payload> {
  if (declarations.has(declaration.name)) {
    throw new Error(`The schedule ${declaration.name} is declared twice.`);
  }
  declarations.set(declaration.name, declaration);
  return declaration;
}

/** Null when no loaded module declares it: a process of another version may. */
export function scheduleNamed(name: string): ScheduleDeclaration | null {
  return declarations.get(name) ?? null;
}

export function declaredScheduleNames(): string[] {
  return [...declarations.keys()];
}
