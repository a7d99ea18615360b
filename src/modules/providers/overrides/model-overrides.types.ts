import type { ModelPrice } from '../catalogue/model-catalogue.js';

/** What a workspace says of a model, in place of the catalogue or beside it. */
export interface ModelOverrideDraft {
  readonly provider: string;
  readonly name: string;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly price: ModelPrice | null;
}

export interface ModelOverride extends ModelOverrideDraft {
  readonly id: string;
}
