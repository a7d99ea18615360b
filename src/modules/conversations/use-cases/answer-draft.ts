import { type PassageLocation, plainText } from '#common/text';
import { type SearchHit, textAround } from '#modules/datasources';
import type { FinishReason, ModelCall, ModelRef, ModelUsage } from '#modules/providers';
import type { AnswerTrace, ToolUse } from '../conversations.types.js';

/** Something that an answer may lean on: a passage, a record, or what was found out about many records. */
export interface CitableSource extends Pick<
  SearchHit,
  'documentId' | 'datasourceId' | 'title' | 'url' | 'location' | 'rowId' | 'text' | 'score'
> {
  /** Of a passage. */
  readonly headingPath?: readonly string[];
  /** `null` where it is no passage. */
  readonly chunkId: string | null;
  /** What its text is put together of, where that is more than one passage. */
  readonly parts?: readonly SourcePart[];
}

/** A passage within the text of a source. */
export interface SourcePart {
  readonly chunkId: string;
  readonly text: string;
  readonly location?: PassageLocation;
}

/** A passage as an answer may lean on it: with what stands around it. */
export function citableOf(hit: SearchHit): CitableSource {
  const { neighbours, ...found } = hit;
  if (!neighbours) return found;
  return { ...found, text: textAround(hit), parts: [found, ...neighbours] };
}

/** Where a quote of a source stands: in which of its passages. */
export function quotedPart(
  source: CitableSource,
  quote: string,
): Pick<CitableSource, 'chunkId' | 'location'> {
  const part = source.parts?.find(({ text }) => plainText(text).includes(quote));
  return part ?? source;
}

/** What the columns hold. */
const MOST_TOKENS = 2_000_000_000;

/** What has come of an answer so far. Changes while the model speaks. */
export class AnswerDraft {
  text = '';
  firstTokenMs: number | undefined;
  /** The model that was asked last. */
  model: ModelRef | undefined;
  /** Why the model ended. */
  finishReason: FinishReason | undefined;
  /** Earlier messages that did not fit into its window. */
  historyTruncated = 0;
  /** What may be cited, by its number from 1; tools of the model add to it. */
  readonly sources: CitableSource[] = [];
  /** How many of them the model was given with the question. */
  sourcesAtFirst = 0;
  /** Whether retrieval found what the question asks about. */
  supported = false;
  readonly calls: ModelCall[] = [];
  /** Those that embedded what was looked for; they are in the ledger and not in the usage of the answer. */
  readonly embeddings: ModelCall[] = [];
  readonly toolUses: ToolUse[] = [];
  /** Milliseconds from the question until retrieval had ended. */
  retrievedMs: number | null = null;
  /** The largest prompt. */
  prompt: AnswerTrace['prompt'] = null;

  /** Over all calls that were counted; undefined when none was. */
  get usage(): ModelUsage | undefined {
    const counted = this.calls.flatMap(({ usage }) => (usage ? [usage] : []));
    if (counted.length === 0) return undefined;
    const sumOf = (key: keyof ModelUsage): number =>
      Math.min(
        MOST_TOKENS,
        counted.reduce((sum, usage) => sum + (usage[key] ?? 0), 0),
      );
    const isKnown = (key: keyof ModelUsage): boolean => counted.some((usage) => usage[key] !== undefined);
    return {
      inputTokens: sumOf('inputTokens'),
      outputTokens: sumOf('outputTokens'),
      ...(isKnown('cachedInputTokens') ? { cachedInputTokens: sumOf('cachedInputTokens') } : {}),
      ...(isKnown('reasoningTokens') ? { reasoningTokens: sumOf('reasoningTokens') } : {}),
    };
  }

  /** `null` when the cost of any call that may have cost something is not known. */
  get costUsd(): number | null {
    const charged = this.calls.filter(({ outcome }) => outcome !== 'failed');
    if (charged.length === 0 || charged.some(({ costUsd }) => costUsd === null)) return null;
    return charged.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  }
}
