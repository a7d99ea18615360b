// Finds holes in package-lock.json: a platform's binary that the lock does not name is missing from everybody's `npm ci`
// on that platform, and npm itself says so only sometimes. Also keeps the lock free of the address it was fetched from.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The entry that `name` resolves to when required from the package at `path`: the nearest node_modules upwards. */
function resolve(packages, path, name) {
  for (let base = path; ; base = parentOf(base)) {
    const entry = packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`];
    if (entry || base === '') return entry;
  }
}

function parentOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1));
}

function missingPart(entry) {
  if (!entry) return 'has no entry';
  if (!entry.version) return 'has no version';
  if (!entry.integrity && !entry.inBundle && !entry.link) return 'has no integrity';
  return undefined;
}

/** One line for each problem of a parsed lock file (version 3); an empty list is a good lock. */
export function problemsOf(lock) {
  const problems = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    const own = path === '' ? undefined : missingPart(entry);
    if (own) problems.push(`${path} ${own}`);
    if (entry.resolved && !entry.link)
      problems.push(`${path} names where it was fetched from (omit-lockfile-registry-resolved)`);
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      const missing = missingPart(resolve(lock.packages, path, name));
      if (missing) problems.push(`${path || 'the project'} wants ${name}, which ${missing}`);
    }
  }
  return problems;
}

function main() {
  const file = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const problems = problemsOf(lock);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    `package-lock.json: ${Object.keys(lock.packages).length} packages, ${problems.length} problems\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
