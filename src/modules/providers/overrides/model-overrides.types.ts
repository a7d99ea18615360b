import type { ModelPrice } from '../catalogue/model-catalogue.js';
import type { ChatApi } from '../ports/chat-model.port.js';

/** What a workspace says of a model, in place of the catalogue or beside it. */
export interface ModelOverrideDraft {
  readonly provider: string;
  readonly name: string;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly price: ModelPrice | null;
  /** By which of the provider's interfaces it is to be asked; null: by the one that suits it best. */
  readonly api: ChatApi | null;
}

export interface ModelOverride extends ModelOverrideDraft {
  readonly id: string;
}
