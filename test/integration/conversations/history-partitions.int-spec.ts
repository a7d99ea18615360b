import { MikroORM } from '@mikro-orm/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { embeddedOptions, firstIdAt, newId, openPglite, Sql, UnitOfWork } from '#common/database';
import { HistoryPartitions } from '../../../src/modules/conversations/partitions/history-partitions.js';
import { HistoryPartitionsRepository } from '../../../src/modules/conversations/partitions/history-partitions.repository.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const LAST_BEFORE = 'Migration20261124175000_imports_forms_hooks';
const WHY = 'looks at a test database';

/** A conversation, and what is said in it at certain times. */
class Talk {
  readonly workspaceId = newId();
  readonly botId = newId();
  readonly conversationId = newId();

  constructor(private readonly sql: Sql) {}

  async open(): Promise<this> {
    const { workspaceId, botId, conversationId } = this;
    await this.#run(`insert into workspaces (id, name, created_at) values (?, 'W', now())`, [workspaceId]);
    await this.#run(
      `insert into bots (id, workspace_id, name, slug, model, retrieval, created_at, updated_at)
       values (?, ?, 'B', ?, '{}', '{}', now(), now())`,
      [botId, workspaceId, botId],
    );
    await this.#run(
      `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, created_at, updated_at)
       values (?, ?, ?, 'api', ?, now(), now())`,
      [conversationId, workspaceId, botId, newId()],
    );
    return this;
  }

  /** @returns the id of the message. */
  async say(at: string, position: number): Promise<string> {
    const { workspaceId, conversationId } = this;
    const id = `${firstIdAt(new Date(at).getTime()).slice(0, 14)}7${newId().slice(15)}`;
    await this.#run(
      `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
       values (?, ?, ?, ?, ?, 'assistant', 'Said', 'complete', ?::timestamptz)`,
      [id, workspaceId, conversationId, newId(), position, at],
    );
    return id;
  }

  async cite(messageId: string): Promise<void> {
    await this.#run(
      `insert into message_citations (id, workspace_id, message_id, index, document_id, datasource_id, title, quote, created_at)
       values (?, ?, ?, 1, ?, ?, 'T', 'Q', now())`,
      [newId(), this.workspaceId, messageId, newId(), newId()],
    );
  }

  async #run(sql: string, params: readonly unknown[]): Promise<void> {
    await this.sql.acrossWorkspaces(WHY, sql, params);
  }
}

async function partitionOf(sql: Sql, id: string): Promise<string | undefined> {
  const [row] = await sql.acrossWorkspaces<{ name: string }>(
    WHY,
    'select tableoid::regclass::text as name from messages where id = ?',
    [id],
  );
  return row?.name;
}

async function countOf(sql: Sql, table: string): Promise<number> {
  const [row] = await sql.acrossWorkspaces<{ count: number }>(
    WHY,
    `select count(*)::int as count from ${table}`,
  );
  return row?.count ?? -1;
}

describeOnEachDatabase('Partitions of messages', (target) => {
  let database: TestDatabase;
  let partitions: HistoryPartitions;
  let repository: HistoryPartitionsRepository;
  let talk: Talk;

  beforeAll(async () => {
    database = await createTestDatabase({ target });
    repository = new HistoryPartitionsRepository(database.sql);
    partitions = new HistoryPartitions(repository, database.unitOfWork, {
      now: () => new Date('2026-11-26T12:00:00Z'),
    });
  });

  beforeEach(async () => {
    await database.truncate();
    talk = await new Talk(database.sql).open();
  });

  afterAll(() => database.close());

  it('have this month and those to come ready', async () => {
    await partitions.prepare();

    const now = await talk.say('2026-11-26T12:00:00Z', 1);
    const soon = await talk.say('2027-01-31T23:59:59.999Z', 2);

    expect(await partitionOf(database.sql, now)).toBe('history.messages_2026_11');
    expect(await partitionOf(database.sql, soon)).toBe('history.messages_2027_01');
  });

  it('take messages of months that nobody has prepared, and give them a month of their own later', async () => {
    const old = await talk.say('2019-03-31T23:59:59.999Z', 1);
    const next = await talk.say('2019-04-01T00:00:00.000Z', 2);
    await talk.cite(old);
    const before = await partitionOf(database.sql, old);

    await partitions.prepare();

    expect(before).toBe('history.messages_other');
    expect(await partitionOf(database.sql, old)).toBe('history.messages_2019_03');
    expect(await partitionOf(database.sql, next)).toBe('history.messages_2019_04');
    expect(await countOf(database.sql, 'message_citations')).toBe(1);
  });

  it('are dropped with what leans on them, and leave the others as they are', async () => {
    await partitions.makeReadyFor(new Date('2020-01-15T00:00:00Z'), new Date('2020-02-15T00:00:00Z'));
    const gone = await talk.say('2020-01-10T00:00:00Z', 1);
    const kept = await talk.say('2020-02-10T00:00:00Z', 2);
    await talk.cite(gone);
    await talk.cite(kept);

    const dropped = await partitions.drop('messages_2020_01');

    expect(dropped).toBe(1);
    expect(await partitionOf(database.sql, gone)).toBeUndefined();
    expect(await partitionOf(database.sql, kept)).toBe('history.messages_2020_02');
    expect(await countOf(database.sql, 'message_citations')).toBe(1);
    expect((await repository.references()).every(({ isChecked }) => isChecked)).toBe(true);
    await expect(talk.cite(gone)).rejects.toThrow('message_citations_message_fk');
  });

  it('are past when their month has ended', async () => {
    await partitions.makeReadyFor(new Date('2020-05-01T00:00:00Z'), new Date('2020-06-01T00:00:00Z'));

    const past = await partitions.listPast(new Date('2020-06-30T23:59:59Z'));

    expect(past).toContain('messages_2020_05');
    expect(past).not.toContain('messages_2020_06');
  });

  it('refuse a position that is taken', async () => {
    await talk.say('2026-11-26T12:00:00Z', 1);

    await expect(talk.say('2026-11-26T12:00:01Z', 1)).rejects.toThrow('position_unique');
  });

  it('go with their conversation', async () => {
    await talk.cite(await talk.say('2026-11-26T12:00:00Z', 1));
    await talk.say('2018-11-26T12:00:00Z', 2);

    await database.sql.acrossWorkspaces(WHY, 'delete from conversations');

    expect(await countOf(database.sql, 'messages')).toBe(0);
    expect(await countOf(database.sql, 'message_citations')).toBe(0);
  });

  it('know no name but their own', async () => {
    await expect(repository.drop('messages_2020_01; drop table messages')).rejects.toThrow('is no partition');
  });
});

describe('The migration to partitions', () => {
  let orm: MikroORM | undefined;

  afterEach(() => orm?.close());

  it('keeps what was said before as one partition, as it is', async () => {
    const pglite = await openPglite({});
    const opened = await MikroORM.init({
      ...embeddedOptions(() => Promise.resolve(pglite)),
      logger: () => undefined,
    });
    orm = opened;
    await opened.migrator.up({ to: LAST_BEFORE });
    const sql = new Sql(opened.em);
    const talk = await new Talk(sql).open();
    const old = await talk.say('2025-02-01T00:00:00Z', 1);
    const recent = await talk.say(new Date().toISOString(), 2);
    await talk.cite(old);

    await opened.migrator.up();

    const closed = await partitionOf(sql, old);
    expect(closed).toMatch(/^history\.messages_until_\d{4}_\d{2}$/);
    expect(await partitionOf(sql, recent)).toBe(closed);
    const repository = new HistoryPartitionsRepository(sql);
    const partitions = new HistoryPartitions(repository, new UnitOfWork(opened.em), {
      now: () => new Date(),
    });
    expect((await repository.references()).map(({ table }) => table)).toEqual(
      expect.arrayContaining(['message_citations', 'message_feedback']),
    );
    expect((await repository.references()).every(({ isChecked }) => isChecked)).toBe(true);

    // Older months are within it; those after it are made.
    await partitions.makeReadyFor(new Date('2024-01-01T00:00:00Z'), new Date('2024-01-01T00:00:00Z'));
    expect(await partitionOf(sql, await talk.say('2024-01-10T00:00:00Z', 3))).toBe(closed);
    await sql.acrossWorkspaces(WHY, 'delete from conversations');
    expect(await countOf(sql, 'message_citations')).toBe(0);
    await partitions.drop(closed?.replace('history.', '') ?? '');
    expect(await countOf(sql, 'messages')).toBe(0);
  });
});
