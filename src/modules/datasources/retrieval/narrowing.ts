import type { Statement } from '#common/database';
import type { PassageFilter } from './passage-filter.types.js';

/** A filter as SQL: conditions on documents `d` and their sources `s`, and on passages `c`. */
export interface Narrowing {
  readonly documents: Statement;
  /** None where only the documents decide. */
  readonly passages: Statement | null;
}

/** The records that fit, of one source of a table. */
export interface FittingRecords {
  readonly datasourceId: string;
  /** A subselect of their ids. */
  readonly ids: Statement;
}

/** @param records where the filter names records; none of them where no table has the fields. */
export function narrowingOf(filter: PassageFilter, records: readonly FittingRecords[] | null): Narrowing {
  const documents = [
    ...oneOf('s.id::text', filter.datasourceIds),
    ...oneOf('s.type', filter.sourceTypes),
    ...oneOf(
      `split_part(lower(d.language), '-', 1)`,
      filter.languages?.map((language) => language.toLowerCase()),
    ),
    ...beginsWithOneOf('d.url', filter.urlPrefixes),
    ...beginsWithOneOf(`regexp_replace(d.url, '^[a-z]+://[^/]*', '')`, filter.pathPrefixes),
    ...(filter.titleContains === undefined
      ? []
      : [
          {
            sql: 'position(lower(?::text) in lower(d.title)) > 0',
            params: [filter.titleContains],
          },
        ]),
    ...oneOf(`s.file ->> 'name'`, filter.fileNames),
  ];
  return {
    documents: joined(documents, ' and ', 'true'),
    passages: records && joined(records.map(heldBy), ' or ', 'false'),
  };
}

/** The same for one source alone; those of others fit. */
export function withinSource(datasourceId: string, { documents, passages }: Narrowing): Narrowing {
  const elsewhere = (column: string, { sql, params }: Statement): Statement => ({
    sql: `(${column} <> ?::uuid or (${sql}))`,
    params: [datasourceId, ...params],
  });
  return {
    documents: elsewhere('d.datasource_id', documents),
    passages: passages && elsewhere('c.datasource_id', passages),
  };
}

/** All of them at once. */
export function together(narrowings: readonly Narrowing[]): Narrowing | null {
  if (narrowings.length === 0) return null;
  const passages = narrowings.flatMap((narrowing) => narrowing.passages ?? []);
  return {
    documents: joined(
      narrowings.map(({ documents }) => documents),
      ' and ',
      'true',
    ),
    passages: passages.length > 0 ? joined(passages, ' and ', 'true') : null,
  };
}

function oneOf(expression: string, values: readonly string[] | undefined): Statement[] {
  if (!values) return [];
  return [
    {
      sql: `${expression} in (select jsonb_array_elements_text(?::jsonb))`,
      params: [JSON.stringify(values)],
    },
  ];
}

function beginsWithOneOf(expression: string, prefixes: readonly string[] | undefined): Statement[] {
  if (!prefixes) return [];
  return [
    {
      sql: `exists (select 1 from jsonb_array_elements_text(?::jsonb) p where ${expression} ^@ p.value)`,
      params: [JSON.stringify(prefixes)],
    },
  ];
}

function heldBy({ datasourceId, ids }: FittingRecords): Statement {
  return {
    sql: `(c.datasource_id = ?::uuid and c.record_id in (${ids.sql}))`,
    params: [datasourceId, ...ids.params],
  };
}

function joined(parts: readonly Statement[], word: string, none: string): Statement {
  if (parts.length === 0) return { sql: none, params: [] };
  return {
    sql: `(${parts.map(({ sql }) => sql).join(word)})`,
    params: parts.flatMap(({ params }) => params),
  };
}
