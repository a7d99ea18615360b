/** Some conversations of a person who is to be forgotten. */
export interface ErasedTalks {
  readonly workspaceId: string;
  /** As the caller of the API names the person. */
  readonly externalUserId: string;
  /** They are deleted when all erasers are through; none when only the person is left. */
  readonly conversationIds: readonly string[];
}

/**
 * Forgets a person in one place. Is called for some hundred conversations at a time, once more without any, and again
 * whenever an erasure is repeated.
 */
export abstract class VisitorEraser {
  /** @returns how many of what were removed, as the certificate names them. */
  abstract erase(talks: ErasedTalks): Promise<Readonly<Record<string, number>>>;
}
