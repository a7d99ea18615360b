import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's `src/`, or `dist/src/` when the compiled code runs. */
const ownSource = new URL('../../', import.meta.url).href;
const compiledSource = ownSource.endsWith('/dist/src/') ? ownSource : new URL('../dist/src/', ownSource).href;

/**
 * Absolute path of the compiled worker file that sits beside the calling module, for `piscina` or `new Worker`.
 *
 * Worker threads load plain JavaScript only. When the caller runs from `src/` (under jest), its worker is
 * therefore taken from `dist/src/`, which must have been built.
 *
 * @param callerUrl `import.meta.url` of the caller.
 * @param relativePath the worker as the caller would import it: `./extract.worker.js`.
 * @throws Error when the file was not built.
 */
export function workerFile(callerUrl: string, relativePath: string): string {
  const beside = new URL(relativePath, callerUrl).href;
  const compiled =
    beside.startsWith(ownSource) && !beside.startsWith(compiledSource)
      ? compiledSource + beside.slice(ownSource.length)
      : beside;
  const path = fileURLToPath(compiled);
  if (!existsSync(path)) {
    throw new Error(`The worker ${path} is missing. Build the project first: npm run build`);
  }
  return path;
}
