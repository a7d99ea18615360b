import { printLocation } from '#common/text';
import type { RetrievalService, RetrievalSettings, SearchableCorpus } from '#modules/datasources';
import { type ModelCall, quotedSource, type ToolDeclaration, type WorkspaceModels } from '#modules/providers';
import { headingOf } from '../source-heading.js';
import { type CitableSource, citableOf } from './answer-draft.js';

const MOST_RESULTS = 8;
const USUAL_RESULTS = 5;
/** Sources of one answer, those of all searches together. */
const MOST_SOURCES = 60;
const MOST_QUERY_CHARACTERS = 1_000;

/** Lets a model look into the bot's sources with words of its own. */
export const SEARCH_SOURCES: ToolDeclaration = {
  name: 'search_sources',
  description:
    'Searches the sources of this bot for passages about a query. Use it when the sources that you were given do not hold the answer, or for each part of a question that has several. Answers with numbered passages, which you cite by their numbers.',
  parameters: {
    type: 'object',
    properties: {
      query: {
        type: 'string',
        minLength: 1,
        maxLength: MOST_QUERY_CHARACTERS,
        description: 'What to look for.',
      },
      topK: { type: 'integer', minimum: 1, maximum: MOST_RESULTS, description: 'How many passages at most.' },
    },
    required: ['query'],
    additionalProperties: false,
  },
};

/** Where is searched, and what has been found so far; a search adds to it. */
export interface SearchedSources {
  readonly workspaceId: string;
  readonly botId: string;
  readonly corpus: SearchableCorpus;
  /** How the bot chooses passages; how many, the model says. */
  readonly settings: RetrievalSettings;
  readonly found: CitableSource[];
  readonly models: WorkspaceModels;
  readonly onCall: (call: ModelCall) => void;
}

/** Carries out one search that a model asked for. The passages are quoted as data. */
export async function searchSources(
  retrieval: RetrievalService,
  { workspaceId, botId, corpus, settings, found, models, onCall }: SearchedSources,
  args: Readonly<Record<string, unknown>>,
): Promise<string> {
  const query = String(args['query']);
  const topK = typeof args['topK'] === 'number' ? args['topK'] : USUAL_RESULTS;
  const { hits } = await retrieval.search(
    { ...settings, workspaceId, botId, query, topK, models, onCall },
    corpus,
  );
  const lines = hits.flatMap((hit) => {
    const known = found.findIndex(({ chunkId }) => chunkId === hit.chunkId);
    if (known >= 0) return [`Source ${known + 1} again.`];
    if (found.length >= MOST_SOURCES) return [];
    const source = citableOf(hit);
    const index = found.push(source);
    const { title, url, location, headingPath, text, score } = source;
    const place = location && printLocation(location);
    return [
      quotedSource({
        ...{ index, title, text, score },
        ...(url ? { url } : {}),
        ...(place ? { place } : {}),
        ...headingOf(title, headingPath),
      }),
    ];
  });
  return lines.length > 0 ? lines.join('\n\n') : 'Nothing was found.';
}
