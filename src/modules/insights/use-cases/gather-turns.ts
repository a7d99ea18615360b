import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { Clock } from '#common/time';
import { ReadTurns, type TurnRecord, type TurnsMark, type TurnsRead } from '#modules/conversations';
import type { InsightState, QuestionRow, TurnRow } from '../insights.types.js';
import { languageOf } from '../questions/language-of.js';
import { isRefusal } from '../questions/is-refusal.js';
import { asksAgain, normalForm, pickQuestion } from '../questions/pick-question.js';
import { InsightTurnsRepository, newQuestion } from '../turns.repository.js';

const BATCH = 500;
/** So far back, what is said later in a conversation may change what was read of it. */
const LOOK_BACK_MS = 3_600_000;
/** Who asks the same again so soon was not helped. */
const REPHRASED_WITHIN_MS = 300_000;
const MOST_TITLE_CHARACTERS = 500;
/** Tests of the team, and replays, are not what people ask. */
const LEFT_OUT = 'playground';

/** What insights take for the question of a turn. */
interface Asked {
  readonly text: string | null;
  readonly language: string;
}

/** A turn with what the next one is compared with. */
interface Gathered {
  readonly row: TurnRow;
  readonly record: TurnRecord;
  readonly language: string;
}

/** Reads what was asked since the last run, and keeps what insights need of it. */
@Injectable()
export class GatherTurns {
  constructor(
    private readonly turns: ReadTurns,
    private readonly repository: InsightTurnsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Each batch is kept by itself, and reading it twice changes nothing: a run that was killed begins again where the one
   * before it ended.
   *
   * @param isAll whether what was read before is read again, too.
   * @returns how many turns were read.
   */
  async execute(workspaceId: string, botId: string, isAll: boolean, context: JobContext): Promise<number> {
    const begun = this.clock.now();
    const mark = await this.turns.mark();
    const since = isAll ? null : sinceOf(await this.repository.stateOf(workspaceId, botId), mark);
    let read = 0;
    let before: Gathered | null = null;
    for await (const records of this.turns.execute({ workspaceId, botId, since, limit: BATCH })) {
      context.throwIfCancelled();
      before = await this.#keep(workspaceId, botId, records, before);
      read += records.length;
      context.progress(0.1, 'reading', { done: read, known: null, unit: 'turns' });
    }
    await this.unitOfWork.run(async () => {
      await this.repository.noteRead(workspaceId, botId, { until: begun, mark });
      await this.repository.dropUnasked(workspaceId, botId);
    });
    return read;
  }

  async #keep(
    workspaceId: string,
    botId: string,
    records: readonly TurnRecord[],
    earlier: Gathered | null,
  ): Promise<Gathered | null> {
    const questions = new Map<string, QuestionRow>();
    const rows = new Map<string, TurnRow>();
    let before = earlier;
    for (const record of records) {
      if (record.channel === LEFT_OUT) continue;
      const { text, language } = askedIn(record);
      const key = text === null ? null : keyOf(text);
      if (text !== null && key !== null && !questions.has(key))
        questions.set(key, newQuestion(key, text, language));
      const row = rowOf(workspaceId, record, key, before);
      if (before && isRephrased(before, record))
        rows.set(before.row.answerId, { ...before.row, isRephrased: true });
      rows.set(row.answerId, row);
      if (key !== null) before = { row, record, language };
    }
    if (rows.size > 0)
      await this.unitOfWork.run(() =>
        this.repository.save(workspaceId, botId, [...questions.values()], [...rows.values()]),
      );
    return before;
  }
}

/** A mark that is ahead was taken before the database was restored into another server: all is read anew. */
function sinceOf({ readUntil, readMark }: InsightState, now: TurnsMark): TurnsRead | null {
  if (readUntil === null || readMark === null || BigInt(readMark) > BigInt(now)) return null;
  return { mark: readMark, from: new Date(readUntil.getTime() - LOOK_BACK_MS) };
}

function rowOf(
  workspaceId: string,
  record: TurnRecord,
  key: string | null,
  before: Gathered | null,
): TurnRow {
  const { externalUserId, conversationId, model, isHandedOver } = record;
  const { answerId, channel, askedAt, position, status, answered, rating, costUsd, latencyMs } = record;
  const isQuestion = key !== null || !isTextKept(record.question);
  const isFirst =
    isQuestion &&
    before?.record.conversationId !== conversationId &&
    (record.questionBefore === null ||
      (isTextKept(record.questionBefore) &&
        pickQuestion(record.questionBefore, null, languageOf(record.questionBefore)) === null));
  return {
    ...{
      answerId,
      conversationId,
      key,
      isQuestion,
      channel,
      askedAt,
      position,
      status,
      answered,
      rating,
      costUsd,
      latencyMs,
    },
    asker: hash(`${workspaceId}\n${externalUserId ?? conversationId}`).slice(0, 32),
    isFirst,
    isRefused: isRefusal(record.answer),
    isRephrased: false,
    isHandedOver,
    modelProvider: model?.provider ?? null,
    modelName: model?.name ?? null,
  };
}

/** What is asked, in which language. Where no text is kept, what the answer leans on tells what it was about. */
function askedIn({ question, questionBefore, citedTitle }: TurnRecord): Asked {
  if (!isTextKept(question)) {
    const title = citedTitle?.trim().slice(0, MOST_TITLE_CHARACTERS);
    return { text: title || null, language: languageOf(title ?? '') };
  }
  const language = languageOf(question);
  return { text: pickQuestion(question, questionBefore, language), language };
}

/** No message is empty: one that is comes of a bot that keeps no text. Whether it asked something cannot be told, so it counts. */
function isTextKept(message: string): boolean {
  return message !== '';
}

function isRephrased({ record: earlier, language }: Gathered, later: TurnRecord): boolean {
  return (
    earlier.conversationId === later.conversationId &&
    earlier.answerId !== later.answerId &&
    later.askedAt.getTime() - earlier.askedAt.getTime() <= REPHRASED_WITHIN_MS &&
    asksAgain(earlier.question, later.question, language)
  );
}

function keyOf(text: string): string {
  return hash(normalForm(text));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
