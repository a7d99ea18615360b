/** A model that passages are embedded with, as it is kept. */
export interface KeptEmbeddings {
  /** Stored with each vector. */
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly credentialId: string | null;
  readonly dimensions: number;
  readonly isShortened: boolean;
}

/** Whose vectors the passages of a workspace have. */
export interface ServingEmbeddings {
  readonly id: string;
  /** Null when the workspace did not choose the model: then it is one of the installation's. */
  readonly kept: KeptEmbeddings | null;
  /** How long the vectors are, where an index finds the nearest of them. */
  readonly indexedDimensions?: number | null;
}

/** How a workspace embeds: with what it has chosen, if it has, while what was there before may still serve. */
export interface EmbeddingSpace {
  readonly chosen: KeptEmbeddings | null;
  /** Null while nobody has made any vectors. */
  readonly serving: ServingEmbeddings | null;
}
