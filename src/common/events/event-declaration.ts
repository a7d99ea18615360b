/** A kind of thing that happens in one module and that others may want to know. */
export interface EventDeclaration<Payload extends object = object> {
  /** `noun.past`, unique; stored with the event as its type. */
  readonly name: string;
  /** Carries the payload's type; never there. */
  readonly payload?: Payload;
}

const declarations = new Map<string, EventDeclaration>();

/**
 * Declares a kind of event. The payload is ids and small scalars.
 *
 * @throws Error when the name is taken.
 */
export function defineEvent<Payload extends object>(name: string): EventDeclaration<Payload> {
  if (declarations.has(name)) throw new Error(`The event ${name} is declared twice.`);
  const declaration: EventDeclaration<Payload> = { name };
  declarations.set(name, declaration);
  return declaration;
}
