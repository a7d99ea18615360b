/** How much of a conversation is kept: all of it, all but what was said, or nothing. */
export const STORAGE_MODES = ['full', 'without_text', 'none'] as const;
export type StorageMode = (typeof STORAGE_MODES)[number];

/** What can be taken out of texts before they are kept. */
export const REDACTED_KINDS = ['email', 'phone', 'card', 'iban', 'name'] as const;
export type RedactedKind = (typeof REDACTED_KINDS)[number];

/** What is kept of a bot's conversations, and for how long. */
export interface BotPrivacy {
  readonly storage: StorageMode;
  readonly redact: readonly RedactedKind[];
  /** Whether the model, too, gets the question without what is taken out. */
  readonly redactForModel: boolean;
  /** Whose way of writing phone numbers is known besides the international one: ISO 3166, as `DE`. */
  readonly phoneRegion: string | null;
  /** Messages are removed when they are so old; null keeps them. */
  readonly retentionDays: number | null;
  /** Nothing of this bot is removed by age or erased. */
  readonly legalHold: boolean;
}

/** What is to be different; what is left out is as in `DEFAULT_PRIVACY`. */
export type PrivacyDraft = Partial<BotPrivacy>;

/** What new bots of a workspace have instead. */
export type PrivacyDefault = Omit<PrivacyDraft, 'legalHold'>;

export const DEFAULT_PRIVACY: BotPrivacy = {
  storage: 'full',
  redact: [],
  redactForModel: false,
  phoneRegion: null,
  retentionDays: null,
  legalHold: false,
};

/** What was kept of a bot's privacy, whole. */
export function privacyOf(kept: PrivacyDraft | null | undefined): BotPrivacy {
  const given = Object.entries(kept ?? {}).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_PRIVACY, ...Object.fromEntries(given) };
}
