import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';

const REASON = 'partitions hold the messages of all workspaces';
/** Whoever changes the catalogue waits at most so long for those who use the tables, and so do others behind it. */
const LOCK_TIMEOUT = '2s';
const NAME = /^messages_(until_)?\d{4}_\d{2}$/;

/** A partition of messages that has come to its end. */
export interface PastPartition {
  readonly name: string;
}

/** A foreign key that leads to messages. */
interface Reference {
  readonly table: string;
  readonly name: string;
  readonly column: string;
  readonly isChecked: boolean;
}

/** The partitions of messages; the functions of the schema `history` change them, see docs/adr/0029. */
@Injectable()
export class HistoryPartitionsRepository {
  constructor(private readonly sql: Sql) {}

  /** Part of a unit of work: from here on it gives up rather than keep others waiting. */
  async hurry(): Promise<void> {
    await this.#run(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  }

  /** @returns which of these months, given as their first days, have no partition yet. */
  async missing(months: readonly string[]): Promise<string[]> {
    const rows = await this.#run<{ month: string }>(
      `select m.month from unnest(?::text[]) as m(month)
       where to_regclass('history.messages_' || to_char(m.month::date, 'YYYY_MM')) is null`,
      [months],
    );
    return rows.map(({ month }) => month);
  }

  /** Rows of the month that lie among the others move into it. @returns whether it was made now. */
  async addMonth(month: string): Promise<boolean> {
    const [row] = await this.#run<{ isNew: boolean }>('select history.add_month(?::date) as "isNew"', [
      month,
    ]);
    return row?.isNew ?? false;
  }

  /** Months of which some rows have no partition, because nobody made one in time. */
  async monthsElsewhere(limit: number): Promise<string[]> {
    const rows = await this.#run<{ month: string }>(
      `with recursive month as (
         (select history.month_of(min_id) as start from (
           select id as min_id from history.messages_other where id >= history.bound('2010-01-01Z') order by id limit 1
         ) first)
         union all
         select (select history.month_of(o.id) from history.messages_other o
           where o.id >= history.bound((m.start + interval '1 month') at time zone 'UTC')
             and o.id < history.bound(now() + interval '1 year')
           order by o.id limit 1)
         from month m where m.start is not null
       )
       select to_char(start, 'YYYY-MM-DD') as month from month where start is not null
         and start < now() + interval '1 year' limit ?`,
      [limit],
    );
    return rows.map(({ month }) => month);
  }

  /** Partitions whose month had ended by then, the oldest first. */
  async listPast(before: Date): Promise<PastPartition[]> {
    const rows = await this.#run<PastPartition>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'public.messages'::regclass and c.relname ~ '^messages_(until_|)\\d{4}_\\d{2}$'
         and to_date(right(c.relname, 7), 'YYYY_MM')
           + case when c.relname like 'messages_until%' then interval '0' else interval '1 month' end <= ?::timestamptz
       order by right(c.relname, 7)`,
      [before],
    );
    return rows.filter(({ name }) => NAME.test(name));
  }

  /** Whether there is a message that this condition on `m`, `c` (its conversation) and `b` (its bot) says to keep. */
  async holdsAny(name: string, condition: string, params: readonly unknown[]): Promise<boolean> {
    const [row] = await this.#run<{ holds: boolean }>(
      `select exists (
         select 1 from ${tableOf(name)} m
         join conversations c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
         join bots b on b.workspace_id = c.workspace_id and b.id = c.bot_id
         where ${condition}
       ) as holds`,
      params,
    );
    return row?.holds ?? true;
  }

  async count(name: string): Promise<number> {
    const [row] = await this.#run<{ count: number }>(
      `select count(*)::float8 as count from ${tableOf(name)}`,
    );
    return row?.count ?? 0;
  }

  /** Removes rows that lean on messages of the partition. @returns how many, `limit` of each table at most. */
  async removeDependents(name: string, limit: number): Promise<number> {
    let removed = 0;
    for (const { table, column } of await this.references()) {
      const rows = await this.#run(
        `delete from ${table} t where t.ctid in (
           select d.ctid from ${table} d join ${tableOf(name)} m on m.workspace_id = d.workspace_id and m.id = d.${column}
           limit ?
         ) returning 1`,
        [limit],
      );
      removed += rows.length;
    }
    return removed;
  }

  async drop(name: string): Promise<void> {
    tableOf(name);
    await this.#run('select history.drop_partition(?)', [name]);
  }

  /** Foreign keys that lead to messages, as long as they have one column besides the workspace. */
  async references(): Promise<Reference[]> {
    return this.#run<Reference>(
      `select c.conrelid::regclass::text as table, quote_ident(c.conname) as name, quote_ident(a.attname) as column,
         c.convalidated as "isChecked"
       from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[cardinality(c.conkey)]
       where c.contype = 'f' and c.confrelid = 'public.messages'::regclass and c.conparentid = 0`,
    );
  }

  /** Looks whether all rows lead to a message, which keeps nobody from writing. */
  async check({ table, name }: Pick<Reference, 'table' | 'name'>): Promise<void> {
    await this.#run(`alter table ${table} validate constraint ${name}`);
  }

  async #run<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return this.sql.acrossWorkspaces<Row>(REASON, sql, params);
  }
}

function tableOf(name: string): string {
  if (!NAME.test(name)) throw new Error(`${name} is no partition of messages.`);
  return `history.${name}`;
}
