/** Lets whoever holds it fetch the file of one export, without a token, for some time. */
export interface ExportLink {
  readonly id: string;
  readonly workspaceId: string;
  readonly exportId: string;
  readonly isSingleUse: boolean;
  readonly uses: number;
  readonly createdById: string;
  readonly createdByUserId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A link as it is told to whoever made it. */
export interface SignedLink {
  readonly path: string;
  readonly expiresAt: Date;
  readonly isSingleUse: boolean;
}

export interface LinkDraft {
  readonly expiresInSeconds?: number;
  readonly singleUse?: boolean;
}

export const DEFAULT_LINK_SECONDS = 900;
export const MAX_LINK_SECONDS = 604_800;
