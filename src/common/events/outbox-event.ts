/** An event on its way out. */
export interface OutboxEvent<Payload extends object = object> {
  /** The same at each delivery: what must not be done twice remembers it. */
  readonly id: string;
  readonly workspaceId: string;
  readonly type: string;
  readonly payload: Payload;
  /** Which delivery this is, from 1. */
  readonly attempt: number;
}
