import { Injectable } from '@nestjs/common';
import { hashToken, SecretBox } from '#common/crypto';
import { Tenancy, UnitOfWork } from '#common/database';
import { InvalidFields } from '#common/errors';
import { Clock } from '#common/time';
import { isStorableText } from '#common/validation';
import { RecordWriter } from '../records/record-writer.js';
import { MAX_BATCH, type RecordValues } from '../tables.types.js';
import type { Hook, HookCall, HookOutcome } from './hook.types.js';
import { HookNotFound, HookSignatureRefused } from './hooks.errors.js';
import { isSigned, sealedFor } from './hook-signature.js';
import { HooksRepository } from './hooks.repository.js';

const MAX_EVENT_ID = 200;

interface HookEvent {
  readonly id: string;
  readonly records: readonly RecordValues[];
}

/** What other services send to hooks. */
@Injectable()
export class HookEventsService {
  constructor(
    private readonly hooks: HooksRepository,
    private readonly writer: RecordWriter,
    private readonly box: SecretBox,
    private readonly clock: Clock,
    private readonly tenancy: Tenancy,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Writes the records of an event, unless an event with its id has come before.
   * @throws HookNotFound, HookSignatureRefused, InvalidFields, ValueTaken, TableLimitReached
   */
  async receive(call: HookCall): Promise<HookOutcome> {
    const hook = await this.hooks.findByToken(hashToken(call.token));
    if (!hook) throw new HookNotFound();
    if (!isSigned(this.box.open(hook.secret, sealedFor(hook.id)), call, this.clock.now()))
      throw new HookSignatureRefused();
    const event = eventOf(call.body);
    return this.tenancy.run(hook.workspaceId, () =>
      this.unitOfWork.run(async () => {
        if (!(await this.hooks.note(hook, event.id))) return { created: 0, updated: 0, isRepeated: true };
        return { ...(await this.#write(hook, event)), isRepeated: false };
      }),
    );
  }

  async #write(
    { workspaceId, tableId, key }: Hook,
    { records }: HookEvent,
  ): Promise<Omit<HookOutcome, 'isRepeated'>> {
    if (key === null)
      return { created: (await this.writer.insert(workspaceId, tableId, records)).length, updated: 0 };
    const written = await this.writer.upsert(workspaceId, tableId, key, records);
    const created = written.filter(({ isNew }) => isNew).length;
    return { created, updated: written.length - created };
  }
}

/** @throws InvalidFields */
function eventOf(body: Buffer): HookEvent {
  const { id, records } = jsonOf(body);
  const refuse = (path: string, message: string): never => {
    throw new InvalidFields([{ path, message }]);
  };
  if (typeof id !== 'string' || id === '' || id.length > MAX_EVENT_ID || !isStorableText(id))
    return refuse('id', `must be a text of 1 to ${String(MAX_EVENT_ID)} characters`);
  if (!Array.isArray(records) || records.length === 0 || records.length > MAX_BATCH)
    return refuse('records', `must be a list of 1 to ${String(MAX_BATCH)} records`);
  const wrong = records.findIndex((record) => !isObject(record) || !isObject(record['fields']));
  if (wrong >= 0)
    return refuse(`records.${String(wrong)}.fields`, 'must be an object of values by the keys of fields');
  return { id, records: records.map((record: { fields: RecordValues }) => record.fields) };
}

/** @throws InvalidFields */
function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // Told below.
  }
  if (!isObject(value)) throw new InvalidFields([{ path: '', message: 'The body must be a JSON object.' }]);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
