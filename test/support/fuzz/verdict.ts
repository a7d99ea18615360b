import { gunzipSync } from 'node:zlib';
import { createParser } from 'eventsource-parser';
import type { AnswerSchemas } from './answer-schemas.js';
import type { DescribedApi, DescribedOperation } from './described-api.js';
import type { FuzzCall } from './fuzz-call.js';
import { type FuzzAnswer, PATIENCE_MS } from './wire.js';

const PROBLEM = 'application/problem+json';
/** What a request that meets no operation may be answered. */
const STATUSES_OF_NOTHING = [400, 404, 405, 413, 415];
/** Signs of the inside of the house. */
const INTERNALS = /\bat \S+ \(|node_modules|\$argon2|SQLSTATE|MikroORM|relation "\w+"/;
/** What a call that the document allows is never answered. */
/** What makes a value wrong that fits its schema: rows that went meanwhile, and values that came twice or blank by chance. */
const BEYOND_SCHEMAS =
  /names a \w+ that does not exist|is not a cursor of this list|needs a (?:key|base URL)|needs the secret again|header "[^"]*\\?" may not be set|must end with a message of role user|must be text|conversation_id must be|elements must be unique|must not be blank|must be the form of the answer|is not supported by the bot's model|is no interface of this provider|(?:of|in) this table|for fields of type|for unique fields|as values of type|must name the same fields|is required|is no field of the type|names a field that does not exist|is no unique field|The file cannot be read|is asked for twice|is not asked for|which no form asks for|is no encoding|(?:column|columns) of the file|is for upserts only|cannot be (?:sorted|grouped)|must be (?:one of|letters|JSON|a list|a filter)|There is no (?:credential for the|such) provider|stands alone|is not for the built-in model|which is what this model gives|must be (?:\d+ days )?before `to`|must be given, or else `datasourceId`|is for sources of tables only|is no column of this resource|names a column twice|is of no use: \w+ is compressed|is for csv only|is no watermark of an export|is of a level that does not fit|is for the resource \w+ only|is not for (?:the|this) resource|must be either webhook or s3|says which table|says whose topics|is no time zone|must be \{and\}|must be an IANA time zone|needs tableId|cannot be given to a key for one table|must change something/;
/** A provider, or another service, that cannot be reached is not a failure of ours. */
const OF_A_PROVIDER =
  /"code":"(?:provider_(?:unreachable|unavailable|timeout|protocol)|tables\.remote_(?:away|not_understood))"/;
/** By default. */
const BODY_LIMIT_BYTES = 1_048_576;
const REFUSALS = [400, 413, 415, 422];
const TERMINAL = /^(message\.(?:completed|handed_over)|error|job\.(succeeded|failed|cancelled))$/;

interface StreamEvent {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** Says what is wrong with an answer. */
export class Verdict {
  constructor(
    private readonly api: DescribedApi,
    private readonly schemas: AnswerSchemas,
    /** Texts that no answer may hold. */
    private readonly secrets: readonly string[],
  ) {}

  faultsOf(call: FuzzCall, answer: FuzzAnswer): string[] {
    if (answer.failure !== undefined) return [`no answer: ${answer.failure}`];
    const operation = this.api.operationAt(call.method, call.target);
    return [
      ...(answer.status >= 500 && !OF_A_PROVIDER.test(answer.text)
        ? [`status ${answer.status}: ${answer.text.slice(0, 300)}`]
        : []),
      ...(answer.tookMs > PATIENCE_MS ? [`took ${Math.round(answer.tookMs)} ms`] : []),
      ...(answer.headers['x-request-id'] ? [] : ['without X-Request-Id']),
      ...this.#leaksIn(call, answer),
      ...this.#refusals(call, answer, operation),
      ...(operation ? this.#misfits(call, answer, operation) : this.#faultsOfNothing(call, answer)),
    ];
  }

  /** Where only a caller without rights may be refused, and what the document forbids may not be taken. */
  #refusals(call: FuzzCall, { status, text }: FuzzAnswer, operation?: DescribedOperation): string[] {
    const isKnown = call.caller !== 'nobody' && call.caller !== 'forger';
    if (!operation) return [];
    if (isKnown && status === 401 && !operation.isPublic) return ['a good credential was refused'];
    if (!isKnown && status !== 401 && status < 400 && !operation.isPublic) return ['nobody was let in'];
    if (
      call.kind === 'valid' &&
      !operation.takesForm &&
      !isTooLong(call, status) &&
      REFUSALS.includes(status) &&
      !BEYOND_SCHEMAS.test(text)
    )
      return [`refused what the document allows: ${text.slice(0, 300)}`];
    if (status >= 400 || !operation.body || !call.body) return [];
    const sent = jsonIn(call);
    const faults = sent === undefined ? [] : this.schemas.faultsOfRequest(operation, sent);
    return faults.map((fault) => `took what the document forbids: ${fault}`);
  }

  #leaksIn(call: FuzzCall, { text, headers }: FuzzAnswer): string[] {
    const all = `${text}\n${JSON.stringify(headers)}`;
    const secret = this.secrets.find((one) => all.includes(one));
    const inside = INTERNALS.exec(all)?.[0];
    const isEcho = inside !== undefined && Buffer.from(call.body ?? []).includes(inside);
    return [
      ...(secret === undefined ? [] : [`LEAK of the foreign workspace (${secret}): ${text.slice(0, 300)}`]),
      ...(inside === undefined || isEcho ? [] : [`tells of the inside: ${inside}`]),
    ];
  }

  #misfits(call: FuzzCall, answer: FuzzAnswer, operation: DescribedOperation): string[] {
    const status = String(answer.status);
    const described = operation.responses[status];
    if (!described)
      return [`status ${status} is not documented for ${operation.id}: ${answer.text.slice(0, 200)}`];
    if (call.method === 'HEAD') return answer.text === '' ? [] : ['HEAD with a body'];
    const mediaType = answer.headers['content-type']?.split(';', 1)[0] ?? '';
    const isProblem = answer.status >= 400 && mediaType === PROBLEM;
    if (!described.content) return answer.text === '' ? [] : [`a body where ${status} has none`];
    if (!(mediaType in described.content))
      return [`content type "${mediaType}" is not documented for ${status}`];
    return [
      ...(mediaType === 'text/event-stream'
        ? this.#faultsOfStreamOf(operation, answer)
        : this.#faultsOfJson(operation, status, mediaType, answer)),
      ...(isProblem ? faultsOfProblem(answer) : []),
    ];
  }

  #faultsOfJson(
    operation: DescribedOperation,
    status: string,
    mediaType: string,
    { text }: FuzzAnswer,
  ): string[] {
    const body = /\bjson$/.test(mediaType) ? parsed(text) : text;
    if (body === undefined) return [`no JSON: ${text.slice(0, 200)}`];
    const faults = this.schemas.faultsOfAnswer(operation, status, mediaType, body);
    return faults.map((fault) => `${status} does not fit: ${fault} in ${text.slice(0, 300)}`);
  }

  #faultsOfStreamOf(operation: DescribedOperation, answer: FuzzAnswer): string[] {
    return speaksOpenAi(operation.path)
      ? this.#faultsOfChunks(answer)
      : this.#faultsOfStream(operation, answer);
  }

  #faultsOfChunks({ text, isCut }: FuzzAnswer): string[] {
    const frames = text.split('\n\n').filter((frame) => frame.startsWith('data: '));
    const last = frames.at(-1) ?? '';
    const chunks = frames.filter((frame) => !/^data: (\[DONE\]$|\{"error":)/.test(frame));
    return [
      ...(isCut || /^data: (\[DONE\]$|\{"error":)/.test(last)
        ? []
        : [`chunks without an end: ${last.slice(0, 200)}`]),
      ...chunks.flatMap((frame) =>
        this.schemas.faultsOfNamed('ChatCompletionChunk', parsed(frame.slice('data: '.length))),
      ),
    ];
  }

  #faultsOfStream(operation: DescribedOperation, answer: FuzzAnswer): string[] {
    const events = eventsIn(answer.text);
    const ends = events.filter(({ name }) => TERMINAL.test(name));
    const last = events.at(-1);
    return [
      ...(events.length > 0 ? [] : ['a stream without events']),
      ...(answer.isCut || (ends.length === 1 && last === ends[0])
        ? []
        : [`${ends.length} terminal events: ${events.map(({ name }) => name).join()}`]),
      ...events.flatMap((event) => this.#faultsOfEvent(event, eventsOf(operation))),
    ];
  }

  #faultsOfEvent({ name, data }: StreamEvent, described: Readonly<Record<string, string>>): string[] {
    if (Object.keys(described).length === 0) return [];
    const schema = described[name];
    const faults = schema ? this.schemas.faultsOfNamed(schema, data) : ['is not documented'];
    return faults.map((fault) => `event ${name} ${fault} in ${JSON.stringify(data).slice(0, 300)}`);
  }

  /** Where there is no route there is a problem, and nothing else. */
  #faultsOfNothing(call: FuzzCall, answer: FuzzAnswer): string[] {
    if (!STATUSES_OF_NOTHING.includes(answer.status))
      return [`status ${answer.status} where there is no route: ${answer.text.slice(0, 200)}`];
    if (call.method === 'HEAD') return [];
    if (speaksOpenAi(call.target)) return this.schemas.faultsOfNamed('OpenAiError', parsed(answer.text));
    if (!answer.headers['content-type']?.startsWith(PROBLEM)) return ['no problem where there is no route'];
    const body = parsed(answer.text);
    return [...this.schemas.faultsOfNamed('Problem', body), ...faultsOfProblem(answer)];
  }
}

/** Texts are limited in characters, bodies in bytes. */
function isTooLong({ body = new Uint8Array(), headers }: FuzzCall, status: number): boolean {
  if (status !== 413) return false;
  const { length } = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return length > BODY_LIMIT_BYTES;
}

function speaksOpenAi(target: string): boolean {
  return /^\/openai(?:\/|\?|#|$)/i.test(target);
}

/** What the schema of a problem cannot say. */
function faultsOfProblem({ status, headers, text }: FuzzAnswer): string[] {
  const problem = (parsed(text) ?? {}) as Record<string, unknown>;
  const empty = ['type', 'title', 'detail', 'code', 'requestId'].filter((name) => !problem[name]);
  return [
    ...empty.map((name) => `a problem without ${name}`),
    ...(problem['status'] === status ? [] : ['a problem of another status']),
    ...(problem['requestId'] === headers['x-request-id'] ? [] : ['a problem of another request']),
    ...([429, 503].includes(status) && !headers['retry-after'] ? [`${status} without Retry-After`] : []),
    ...(status === 401 && !headers['www-authenticate'] ? ['401 without WWW-Authenticate'] : []),
  ];
}

/** The events of a stream by their names, each with the name of the schema of its data. */
function eventsOf({ responses }: DescribedOperation): Readonly<Record<string, string>> {
  const events = responses['200']?.content?.['text/event-stream']?.['x-events'] ?? {};
  return Object.fromEntries(
    Object.entries(events).map(([name, reference]) => [name, reference.split('/').at(-1) ?? '']),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The JSON in a request, where it was sent as it is. */
function jsonIn({ body, headers }: FuzzCall): unknown {
  return headers['content-encoding'] || !headers['content-type']?.includes('json')
    ? undefined
    : parsed(Buffer.from(body ?? []).toString('utf8'));
}

function eventsIn(text: string): StreamEvent[] {
  const events: StreamEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) =>
      events.push({ name: event ?? 'message', data: (parsed(data) ?? {}) as Record<string, unknown> }),
  });
  parser.feed(text);
  return events;
}
