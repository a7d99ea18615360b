/* global AbortSignal -- part of Node */
import { DemoFailure } from './failure.mjs';
import { serverSentEvents } from './server-sent-events.mjs';

const ANSWER_TIMEOUT_MS = 30_000;
const STREAM_TIMEOUT_MS = 300_000;

/** An answer of the API that is a problem; `code` is stable. */
export class ApiProblem extends DemoFailure {
  constructor({ status, code, detail, errors = [] }) {
    const fields = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    super(`${detail ?? `The server answered with status ${status}.`}${fields ? ` (${fields})` : ''}`);
    this.name = 'ApiProblem';
    this.code = code;
  }
}

/** A client of one Colloquy server. Signs its requests once `token` is set. */
export class Api {
  token;

  constructor(baseUrl) {
    this.baseUrl = baseUrl;
  }

  get(path) {
    return this.#json('GET', path);
  }

  post(path, body) {
    return this.#json('POST', path, body);
  }

  put(path) {
    return this.#json('PUT', path);
  }

  /** Follows a stream of events, of a POST when there is a body. */
  async *events(path, body) {
    const method = body === undefined ? 'GET' : 'POST';
    const response = await this.#send(method, path, body, 'text/event-stream', STREAM_TIMEOUT_MS);
    try {
      yield* serverSentEvents(response.body);
    } catch (error) {
      throw this.#lost(error);
    }
  }

  async #json(method, path, body) {
    const response = await this.#send(method, path, body, 'application/json', ANSWER_TIMEOUT_MS);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async #send(method, path, body, accept, timeoutMs) {
    const headers = {
      accept,
      ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request = { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(timeoutMs) };
    const response = await fetch(`${this.baseUrl}${path}`, request).catch((error) => {
      throw this.#lost(error);
    });
    if (!response.ok) throw new ApiProblem(await problemOf(response));
    return response;
  }

  #lost(error) {
    if (error.name === 'TimeoutError')
      return new DemoFailure(`The server at ${this.baseUrl} took too long to answer.`);
    return new DemoFailure(`The connection to the server at ${this.baseUrl} was lost.`, reasonOf(error));
  }
}

async function problemOf(response) {
  const problem = await response.json().catch(() => ({}));
  return { ...problem, status: response.status };
}

function reasonOf({ message, cause }) {
  return cause?.message || cause?.code || message;
}
