import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from '#common/database';

const WHY = 'a test looks for what should not be there';

/** Where in the database a text stands: `table.column`, of every table of every schema, partitions by themselves; rows of other workspaces aside, where one is named. */
export async function tablesWith(sql: Sql, text: string, workspaceId?: string): Promise<string[]> {
  const tables = await sql.acrossWorkspaces<{ name: string }>(
    WHY,
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.relname <> 'migrations' and n.nspname in ('public', 'history', 'hosted') order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql.acrossWorkspaces<{ column: string }>(
      WHY,
      `select distinct e.key as column from ${name} t cross join lateral jsonb_each_text(to_jsonb(t)) e
       where position(lower(?::text) in lower(e.value)) > 0
         and (?::text is null or coalesce(to_jsonb(t) ->> 'workspace_id', ?) = ?)`,
      [text, workspaceId, workspaceId, workspaceId],
    );
    found.push(...rows.map(({ column }) => `${name}.${column}`));
  }
  return found;
}

/** Which files below a folder hold a text; those of an embedded database do not count, of which `tablesWith` tells. */
export function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(folder, 'postgres')))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}
