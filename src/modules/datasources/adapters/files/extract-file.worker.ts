import type { ExtractedFile, WholeFile } from '../../ports/file-extractor.port.js';
import { extractFile } from './extract-file.js';
import { type Reason, Unreadable } from './unreadable.js';

/** Why there is no text, so that it survives the way between threads. */
export interface Failure {
  readonly reason: Reason;
  readonly detail?: string;
}

export type ExtractOutcome = { readonly file: ExtractedFile } | { readonly failure: Failure };

/** Task of the worker thread. A library that gives up has met a file that is not as its type demands. */
export async function extract(file: WholeFile): Promise<ExtractOutcome> {
  try {
    return { file: await extractFile(file) };
  } catch (error) {
    if (error instanceof Unreadable)
      return { failure: { reason: error.reason, ...(error.detail ? { detail: error.detail } : {}) } };
    return { failure: { reason: 'corrupt', detail: String(error).slice(0, 200) } };
  }
}
