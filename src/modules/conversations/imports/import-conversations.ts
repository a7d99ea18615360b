import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { TableStatistics, UnitOfWork } from '#common/database';
import { DomainError } from '#common/errors';
import { type JobContext, JobTakenOver, PermanentFailure, ProcessStopping } from '#common/jobs';
import { FileStore } from '#common/storage';
import { HistoryPartitions } from '../partitions/history-partitions.js';
import { PrivacyRepository } from '../privacy/privacy.repository.js';
import { WhatIsKept } from '../privacy/what-is-kept.js';
import {
  type ConversationImport,
  type FoundLine,
  type ImportedConversation,
  type LineProblem,
  MAX_IMPORT_BYTES,
} from './conversation-import.types.js';
import {
  BotKeepsNothing,
  ConversationImportNotFound,
  FileOfConversationsUnreadable,
} from './conversation-imports.errors.js';
import { ConversationImportsRepository, type ImportedBatch } from './conversation-imports.repository.js';
import { timesOf, toRows } from './history-rows.js';
import { ImportedHistoryRepository } from './imported-history.repository.js';
import { colloquyLines } from './readers/colloquy-lines.js';
import { csvRows, TableUnreadable } from './readers/csv-rows.js';
import { openAiLines } from './readers/openai-lines.js';

/** What an import came to. */
export interface ConversationImportReport {
  readonly conversations: number;
  readonly messages: number;
  readonly known: number;
  readonly rejected: number;
}

const CONVERSATIONS_AT_ONCE = 50;
const MESSAGES_AT_ONCE = 1_000;
/** A small file may hold very much. */
const MAX_UNPACKED_BYTES = 4 * MAX_IMPORT_BYTES;

/**
 * Reads a file and writes its conversations, batch by batch. Each batch is one transaction, together with how far the
 * import is: whenever it ends, by whatever, another attempt goes on after the last line that was done with.
 */
@Injectable()
export class ImportConversations {
  constructor(
    private readonly imports: ConversationImportsRepository,
    private readonly history: ImportedHistoryRepository,
    private readonly partitions: HistoryPartitions,
    private readonly privacy: PrivacyRepository,
    private readonly whatIsKept: WhatIsKept,
    private readonly store: FileStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly statistics: TableStatistics,
  ) {}

  /** @throws ConversationImportNotFound, BotKeepsNothing, FileOfConversationsUnreadable, FileGone */
  async execute(importId: string, context: JobContext): Promise<ConversationImportReport> {
    const { workspaceId } = context.job;
    const one = await this.imports.find(workspaceId, importId);
    if (!one) throw new ConversationImportNotFound();
    try {
      if (!one.finishedAt) await this.#run(one, context);
    } catch (error) {
      if (!isPassing(error, context)) await this.#end(one);
      throw error;
    }
    await this.#end(one);
    await this.statistics.refresh();
    const { conversations, messages, known, rejected } =
      (await this.imports.find(workspaceId, importId)) ?? one;
    return { conversations, messages, known, rejected };
  }

  /** Its file goes; what was written stays. */
  async giveUp(importId: string): Promise<void> {
    await this.store.remove(importId);
    await this.imports.finishAnywhere(importId);
  }

  async #end(one: ConversationImport): Promise<void> {
    await this.store.remove(one.id);
    await this.imports.finish(one);
  }

  async #run(one: ConversationImport, context: JobContext): Promise<void> {
    let at = one;
    let batch: FoundLine[] = [];
    let messages = 0;
    const flush = async (): Promise<void> => {
      context.throwIfCancelled();
      at = { ...at, position: await this.#write(at, batch) };
      batch = [];
      messages = 0;
    };
    try {
      for await (const found of this.#read(one, context)) {
        if (found.line <= one.position) continue;
        batch.push(found);
        messages += 'conversation' in found ? found.conversation.messages.length : 0;
        if (batch.length >= CONVERSATIONS_AT_ONCE || messages >= MESSAGES_AT_ONCE) await flush();
      }
    } catch (error) {
      throw error instanceof TableUnreadable ? new FileOfConversationsUnreadable(error.message) : error;
    }
    if (batch.length > 0) await flush();
  }

  #read(one: ConversationImport, context: JobContext): AsyncIterable<FoundLine> {
    let read = 0;
    const bytes = unpacked(this.store.read(one.id), (length) => {
      read += length;
      context.progress(Math.min(0.99, read / Math.max(1, one.bytes)), 'importing');
    });
    switch (one.format) {
      case 'colloquy':
        return colloquyLines(bytes);
      case 'openai':
        return openAiLines(bytes);
      case 'csv':
        return csvRows(bytes, one.settings);
    }
  }

  /** @returns the line that is done with now. */
  async #write(one: ConversationImport, found: readonly FoundLine[]): Promise<number> {
    const { workspaceId, botId } = one;
    const privacy = await this.privacy.ofBot(workspaceId, botId);
    if (privacy.storage === 'none') throw new BotKeepsNothing();
    const problems: LineProblem[] = [];
    const conversations = new Map<string, ImportedConversation>();
    for (const each of found) {
      if ('problem' in each) problems.push({ line: each.line, message: each.problem });
      else if (conversations.has(each.conversation.sourceKey))
        problems.push({ line: each.line, message: 'is the same conversation as one before it' });
      else conversations.set(each.conversation.sourceKey, each.conversation);
    }
    const all = [...conversations.values()];
    const kept: ImportedConversation[] = [];
    for (const conversation of all) kept.push(await this.whatIsKept.imported(conversation, privacy));
    await this.partitions.makeReadyAt(kept.flatMap((conversation) => timesOf(conversation, one.createdAt)));
    const position = found.at(-1)?.line ?? one.position;
    await this.unitOfWork.run(async () => {
      await this.history.takeTurn(botId);
      const known = await this.history.known(workspaceId, botId, [...conversations.keys()]);
      const fresh = kept.filter(({ sourceKey }) => !known.has(sourceKey));
      const rows = toRows(fresh, one);
      await this.history.add(workspaceId, botId, rows);
      const outcome: ImportedBatch = {
        ...{ position, problems, conversations: fresh.length, messages: rows.messages.length },
        known: all.length - fresh.length,
      };
      if (!(await this.imports.advance(one, outcome))) throw new JobTakenOver();
    });
    return position;
  }
}

/** What came out of `gzip` is told by its first two bytes. */
async function* unpacked(
  file: Readable,
  onRead: (length: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const counted = Readable.from(
    (async function* () {
      for await (const chunk of file as AsyncIterable<Buffer>) {
        onRead(chunk.length);
        yield chunk;
      }
    })(),
  );
  const iterator = (counted as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const whole = Readable.from(
    (async function* () {
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => iterator };
    })(),
  );
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* whole as AsyncIterable<Buffer>;
    return;
  }
  const gunzip = createGunzip();
  whole.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  let unpackedBytes = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > MAX_UNPACKED_BYTES)
        throw new FileOfConversationsUnreadable('Unpacked, the file is larger than 4 GB.');
      yield chunk;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && /^(Z_|ERR_(STREAM_PREMATURE|TRAILING))/.test(code))
      throw new FileOfConversationsUnreadable('The file is damaged: it cannot be unpacked.');
    throw error;
  } finally {
    whole.destroy();
    gunzip.destroy();
  }
}

/** Whether another attempt will need the file. */
function isPassing(error: unknown, { isLastAttempt }: JobContext): boolean {
  if (error instanceof JobTakenOver || error instanceof ProcessStopping) return true;
  if (error instanceof PermanentFailure || isLastAttempt) return false;
  return !(error instanceof DomainError) || error.kind === 'limited' || error.kind === 'unavailable';
}
