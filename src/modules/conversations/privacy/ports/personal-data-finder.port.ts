import type { RedactedKind } from '#modules/bots';

/** Something in a text that tells of a person, `end` not included. */
export interface Finding {
  readonly kind: RedactedKind;
  readonly start: number;
  readonly end: number;
}

/** What is looked for. */
export interface RedactionWishes {
  readonly kinds: readonly RedactedKind[];
  /** Whose way of writing phone numbers is known besides the international one. */
  readonly phoneRegion: string | null;
}

/**
 * Finds what tells of a person. Patterns do it within a turn; one that asks a model may take its time, as it answers
 * with a promise.
 */
export abstract class PersonalDataFinder {
  /** False only where nothing would be found, whatever is looked for; quick, as every question is asked about. */
  abstract mayHold(text: string): boolean;
  /** In the order of the text, none within another. */
  abstract find(text: string, wishes: RedactionWishes): readonly Finding[] | Promise<readonly Finding[]>;
}
