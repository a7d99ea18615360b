import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Changes with every migration and every version of the embedded database, so that a stale template is never opened. */
export function migrationsFingerprint(): string {
  const hash = createHash('sha256');
  const migrations = readdirSync(join(root, 'migrations')).sort();
  migrations.forEach((name) => hash.update(name).update(readFileSync(join(root, 'migrations', name))));
  ['pglite', 'pglite-pgvector'].forEach((name) =>
    hash.update(readFileSync(join(root, 'node_modules', '@electric-sql', name, 'package.json'))),
  );
  return hash.digest('hex').slice(0, 16);
}
