import type {
  JobResponse,
  JobState,
  MessageCompletedEvent,
  MessageHandedOverEvent,
  MessageDeltaEvent,
  MessageStartedEvent,
  ToolCompletedEvent,
  ToolStartedEvent,
  operations,
  StreamError,
} from '../generated/api.js';

/** An answer with its parsed body. */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export type OperationId = keyof operations;

type Part<Id extends OperationId, Name extends 'path' | 'query'> = NonNullable<
  operations[Id]['parameters'][Name]
>;
type PartOrNothing<Id extends OperationId, Name extends 'path' | 'query'> = [Part<Id, Name>] extends [never]
  ? unknown
  : Part<Id, Name>;
type BodyPart<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? { readonly body: Body }
  : unknown;

/** What an operation takes: the parameters of its path and its query by their names, and `body`. */
export type InputOf<Id extends OperationId> = PartOrNothing<Id, 'path'> &
  PartOrNothing<Id, 'query'> &
  BodyPart<Id> & { readonly headers?: Readonly<Record<string, string>> };

export type Arguments<Id extends OperationId> =
  object extends InputOf<Id> ? [input?: InputOf<Id>] : [input: InputOf<Id>];

type JsonIn<Answer> = Answer extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Successes<Id extends OperationId> = operations[Id]['responses'][keyof operations[Id]['responses'] &
  (200 | 201 | 202 | 204)];

/** The body with which an operation answers when all is well. */
export type BodyOf<Id extends OperationId> = JsonIn<Successes<Id>>;

type EventOf<Name extends string, Data> = Name extends string
  ? { readonly event: Name; readonly data: Data }
  : never;

/** The events of the operations that answer with streams. */
type TurnEventView =
  | EventOf<'message.started', MessageStartedEvent>
  | EventOf<'message.delta', MessageDeltaEvent>
  | EventOf<'tool.started', ToolStartedEvent>
  | EventOf<'tool.completed', ToolCompletedEvent>
  | EventOf<'message.completed', MessageCompletedEvent>
  | EventOf<'error', StreamError>;

export interface EventsOf {
  readonly 'conversations.ask': TurnEventView | EventOf<'message.handed_over', MessageHandedOverEvent>;
  readonly 'messages.retry': TurnEventView;
  readonly 'jobs.events': EventOf<`job.${JobState}`, JobResponse> | EventOf<'error', StreamError>;
}
