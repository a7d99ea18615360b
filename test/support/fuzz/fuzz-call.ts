import type { DescribedOperation } from './described-api.js';

export const KINDS = ['valid', 'nearly valid', 'hostile', 'odd', 'sweep'] as const;
export type Kind = (typeof KINDS)[number];

export const CALLERS = ['owner', 'viewer', 'key', 'leaver', 'nobody', 'forger'] as const;
export type Caller = (typeof CALLERS)[number];

/** One request, made and ready to be sent. */
export interface FuzzCall {
  readonly index: number;
  readonly kind: Kind;
  /** The operation that the request was made for; it may meet another one, or none. */
  readonly intended: DescribedOperation;
  readonly caller: Caller;
  readonly method: string;
  /** Path and query as they go out. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

const SHOWN_CHARS = 500;

/** The call on one line, to be read and to be made again. */
export function lineOf(
  { seed, calls, stride }: { readonly seed: number; readonly calls: number; readonly stride: number | null },
  { index, kind, caller, method, target, headers, body }: FuzzCall,
): string {
  const text = body === undefined ? '' : JSON.stringify(Buffer.from(body).toString('utf8'));
  return [
    `FUZZ_SEED=${seed} FUZZ_CALLS=${calls}${stride === null ? '' : ` FUZZ_STRIDE=${stride}`} FUZZ_INDEX=${index} (${kind}, ${caller})`,
    `${method} ${target.slice(0, SHOWN_CHARS)}`,
    JSON.stringify(headers).slice(0, SHOWN_CHARS),
    text.slice(0, 3 * SHOWN_CHARS),
  ].join(' ');
}
