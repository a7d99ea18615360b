export const HOOK_MODES = ['append', 'upsert'] as const;
export type HookMode = (typeof HOOK_MODES)[number];

export const MAX_HOOKS = 50;

/** A way in for another service: it writes records of one table, and can do nothing else. */
export interface Hook {
  readonly id: string;
  readonly workspaceId: string;
  readonly tableId: string;
  readonly name: string;
  readonly mode: HookMode;
  /** Of `upsert`: the unique field. */
  readonly key: string | null;
  readonly createdAt: Date;
}

/** A hook with what proves that an event is for it and from its owner. */
export interface HookWithSecret extends Hook {
  /** Sealed. */
  readonly secret: string;
}

/** A new hook, and what is shown of it this once. */
export interface NewHook {
  readonly hook: Hook;
  readonly token: string;
  readonly secret: string;
}

export interface HookDraft {
  readonly name: string;
  readonly mode: HookMode;
  readonly key?: string;
}

/** What came to a hook, as it came. */
export interface HookCall {
  readonly token: string;
  /** Seconds since 1970, as a text. */
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Buffer;
}

/** What an event came to. */
export interface HookOutcome {
  readonly created: number;
  readonly updated: number;
  /** Whether it had come before, so that nothing was written now. */
  readonly isRepeated: boolean;
}
