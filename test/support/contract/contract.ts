import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { eventsIn, type StreamedEvent } from './events.js';
import { JsonSchemas } from './json-schemas.js';
import type {
  AnswerHeader,
  MediaType,
  OpenApiDocument,
  Parameter,
  Reference,
  RouteAnswer,
  RouteOperation,
} from './open-api.types.js';

const DOCUMENT_FILE = resolve(import.meta.dirname, '../../../openapi/openapi.json');
const EVENT_STREAM = 'text/event-stream';

/** One route as the document describes it, with references followed. */
export interface ContractRoute {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly operation: RouteOperation;
  readonly parameters: readonly Parameter[];
  readonly isPublic: boolean;
  /** The JSON that it takes. */
  readonly body?: MediaType;
  readonly answers: Readonly<Record<string, RouteAnswer>>;
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As JSON where it is JSON, else as text. */
  readonly body: unknown;
}

/** What an OpenAPI document promises of its routes. */
export class Contract {
  static #committed?: Contract;
  readonly schemas: JsonSchemas;
  readonly routes: readonly ContractRoute[];

  constructor(readonly document: OpenApiDocument) {
    this.schemas = new JsonSchemas(document);
    this.routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => this.#route(path, method, operation)),
    );
  }

  /** What is in the repository, and so published. */
  static get committed(): Contract {
    this.#committed ??= new Contract(JSON.parse(readFileSync(DOCUMENT_FILE, 'utf8')) as OpenApiDocument);
    return this.#committed;
  }

  route(id: string): ContractRoute {
    const found = this.routes.find((route) => route.id === id);
    if (!found) throw new Error(`There is no operation ${id}.`);
    return found;
  }

  /** The route that a request meets, if it is one that the document knows. */
  routeAt(method: string, target: string): ContractRoute | undefined {
    const path = target.split('?', 1)[0] ?? '';
    return this.routes.find((route) => route.method === method && patternOf(route.path).test(path));
  }

  /** @throws Error that says in which way the answer is not what the document promises. */
  assertKept(route: ContractRoute, answer: ReceivedAnswer): void {
    const faults = this.faultsOf(route, answer);
    if (faults.length === 0) return;
    const shown = JSON.stringify(answer.body)?.slice(0, 500) ?? 'nothing';
    throw new Error(
      `${route.id} answered ${answer.status}, not as openapi.json says: ${faults.join('; ')}. It was ${shown}`,
    );
  }

  /** What is wrong with an answer; empty when it is as promised. */
  faultsOf(route: ContractRoute, { status, headers, body }: ReceivedAnswer): string[] {
    const described = route.answers[String(status)];
    if (!described) return ['the status is not documented'];
    return [...this.#faultsOfHeaders(described, headers), ...this.#faultsOfBody(described, headers, body)];
  }

  /** What is wrong with an event of a stream. */
  faultsOfEvent(media: MediaType, { event, data }: StreamedEvent): string[] {
    const $ref = media['x-events']?.[event];
    if ($ref === undefined) return [`the event ${event} is not documented`];
    return this.schemas.faultsOf({ $ref }, data).map((fault) => `${event}: ${fault}`);
  }

  #faultsOfHeaders({ headers = {} }: RouteAnswer, received: Headers): string[] {
    return Object.entries(headers).flatMap(([name, described]) => {
      const { required = false, schema } = this.#header(described);
      const value = received.get(name);
      if (value === null) return required ? [`there is no header ${name}`] : [];
      const faults = this.schemas.faultsOf(schema, schema.type === 'integer' ? Number(value) : value);
      return faults.map((fault) => `header ${name} ${fault}`);
    });
  }

  #faultsOfBody({ content }: RouteAnswer, headers: Headers, body: unknown): string[] {
    const type = headers.get('content-type')?.split(';', 1)[0] ?? '';
    if (!content) return body === undefined ? [] : ['there is a body'];
    const media = content[type];
    if (!media) return [`the type "${type}" is not documented`];
    return type === EVENT_STREAM && typeof body === 'string'
      ? eventsIn(body).flatMap((event) => this.faultsOfEvent(media, event))
      : this.schemas.faultsOf(media.schema, body);
  }

  #route(path: string, method: string, operation: RouteOperation): ContractRoute {
    const body = operation.requestBody?.content['application/json'];
    return {
      ...{ id: operation.operationId, method: method.toUpperCase(), path, operation },
      parameters: operation.parameters ?? [],
      isPublic: operation.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false,
      ...(body ? { body } : {}),
      answers: Object.fromEntries(
        Object.entries(operation.responses).map(([status, answer]) => [status, this.#answer(answer)]),
      ),
    };
  }

  #answer(answer: RouteAnswer | Reference): RouteAnswer {
    return '$ref' in answer ? named(this.document.components.responses, answer) : answer;
  }

  #header(header: AnswerHeader | Reference): AnswerHeader {
    return '$ref' in header ? named(this.document.components.headers, header) : header;
  }
}

function named<T>(components: Readonly<Record<string, T>>, { $ref }: Reference): T {
  const component = components[$ref.split('/').at(-1) ?? ''];
  if (!component) throw new Error(`${$ref} leads nowhere.`);
  return component;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
