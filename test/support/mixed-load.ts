import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.js';
import { openConversation, type SourceView } from './journey.js';
import { LiveStream } from './live-stream.js';

/** A turn that the API has answered. */
export interface Answered {
  readonly conversationId: string;
  readonly question: string;
  readonly answerId: string;
}

export interface MixedLoadOptions {
  readonly client: ApiClient;
  readonly botId: string;
  /** The address of the page that the `n`th source is to read. */
  readonly pageUrl: (n: number) => string;
  /** A stream that is told to come back may not be younger. */
  readonly drainTimeoutMs: number;
}

/** People and programs that use the API all the time, remember what it accepted and note whatever failed. */
export class MixedLoad {
  readonly failures: string[] = [];
  readonly answered: Answered[] = [];
  readonly sources: SourceView[] = [];
  /** Calls that were answered, streams included. */
  calls = 0;
  #isOver = false;
  #pages = 0;
  #loops: Promise<void>[] = [];

  constructor(private readonly options: MixedLoadOptions) {}

  start(): void {
    this.#loops = [
      ...[1, 2, 3].map((person) => this.#repeat(30, () => this.#chat(person))),
      this.#repeat(150, () => this.#addSource()),
      this.#repeat(100, () => this.#watchJob()),
      this.#repeat(20, () => this.#read()),
    ];
  }

  /** Begins nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }

  async #repeat(pauseMs: number, act: () => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      try {
        await act();
      } catch (error) {
        this.failures.push(String(error instanceof Error ? (error.cause ?? error.message) : error));
      }
      await sleep(pauseMs);
    }
  }

  /** A conversation of three turns: two in one piece, one as a stream. */
  async #chat(person: number): Promise<void> {
    const { client, botId } = this.options;
    const conversationId = await openConversation(client, botId);
    this.#expect('a conversation', conversationId, Boolean(conversationId));
    for (let turn = 1; turn <= 3 && !this.#isOver; turn += 1) {
      const question = `p${String(person)}t${String(turn)} words=5 every=20`;
      const answerId =
        turn === 2
          ? await this.#askForStream(conversationId, question)
          : await this.#ask(conversationId, question);
      if (answerId) this.answered.push({ conversationId, question, answerId });
    }
  }

  async #ask(conversationId: string, content: string): Promise<string | undefined> {
    const { status, body } = await this.options.client.post<{ answer?: { id: string; status: string } }>(
      `/v1/conversations/${conversationId}/messages`,
      { content },
    );
    this.#expect('a question', { status, body }, status === 200 && body.answer?.status === 'complete');
    return body.answer?.id;
  }

  async #askForStream(conversationId: string, content: string): Promise<string | undefined> {
    const path = `/v1/conversations/${conversationId}/messages`;
    const stream = await this.#readStream(path, { content });
    const isComplete = stream.last?.event === 'message.completed';
    this.#expect('a streamed question', stream.last ?? stream.end, isComplete || stream.wasSentAway);
    return isComplete ? String(stream.events[0]?.data['messageId']) : undefined;
  }

  async #addSource(): Promise<void> {
    this.#pages += 1;
    const { status, body } = await this.options.client.post<SourceView>('/v1/datasources', {
      type: 'url',
      url: this.options.pageUrl(this.#pages),
    });
    this.#expect('a source', { status, body }, status === 202);
    if (status === 202) this.sources.push(body);
  }

  async #watchJob(): Promise<void> {
    const source = this.sources.at(-1);
    if (!source) return;
    const stream = await this.#readStream(`/v1/jobs/${source.job.id}/events`);
    const isComplete = stream.last?.event === 'job.succeeded';
    this.#expect('a watched job', stream.last ?? stream.end, isComplete || stream.wasSentAway);
  }

  async #read(): Promise<void> {
    for (const path of ['/v1/auth/me', '/v1/conversations?limit=5', '/v1/datasources?limit=5']) {
      const { status } = await this.options.client.get(path);
      this.#expect(path, status, status === 200);
    }
  }

  async #readStream(path: string, body?: object): Promise<LiveStream & { wasSentAway: boolean }> {
    const beganAt = performance.now();
    const stream = await LiveStream.open(this.options.client, path, body);
    await stream.ended(60_000);
    const wasSentAway =
      stream.last?.data['code'] === 'stopping' && performance.now() - beganAt >= this.options.drainTimeoutMs;
    return Object.assign(stream, { wasSentAway });
  }

  #expect(what: string, found: unknown, isRight: boolean): void {
    this.calls += 1;
    if (!isRight) this.failures.push(`${what}: ${JSON.stringify(found)}`);
  }
}
