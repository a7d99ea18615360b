import { Injectable } from '@nestjs/common';
import type { BotSettings } from '#modules/bots';
import {
  type AttachedTable,
  AttachedTables,
  RetrievalService,
  type SearchableCorpus,
} from '#modules/datasources';
import type { ModelCall, ToolDeclaration, WorkspaceModels } from '#modules/providers';
import type { AnswerDraft } from './answer-draft.js';
import { SEARCH_SOURCES, searchSources } from './source-search.tool.js';
import { named, queryTable, queryTableTool } from './table-query.tool.js';

/** Something that a bot's model may do while it answers. */
export interface BotTool {
  readonly declaration: ToolDeclaration;
  /** @throws ToolRefusal with words for the model. */
  run(args: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Whose tools they are. */
export interface ToolScope {
  readonly bot: BotSettings;
  readonly models: WorkspaceModels;
  readonly corpus: SearchableCorpus;
  readonly tables: readonly AttachedTable[];
}

/** What the model of a bot may do: look into its sources where its maker allows it, and ask about its tables. */
@Injectable()
export class BotTools {
  constructor(
    private readonly retrieval: RetrievalService,
    private readonly attached: AttachedTables,
  ) {}

  /** What the tools find can be cited from `draft` on. */
  async of({ bot, models, corpus, tables }: ToolScope, draft: AnswerDraft): Promise<readonly BotTool[]> {
    if (models.factsOf(bot.model)?.abilities?.tools === false) return [];
    return [
      ...(bot.tools.includes('search_sources') ? [this.#search({ bot, models, corpus }, draft)] : []),
      ...(tables.length > 0 ? [await this.#query(bot, tables, draft)] : []),
    ];
  }

  #search(
    { bot: { id: botId, workspaceId, retrieval: settings }, models, corpus }: Omit<ToolScope, 'tables'>,
    { sources: found, embeddings }: AnswerDraft,
  ): BotTool {
    const onCall = (call: ModelCall): number => embeddings.push(call);
    const searched = { workspaceId, botId, corpus, settings, found, models, onCall };
    return {
      declaration: SEARCH_SOURCES,
      run: (args) => searchSources(this.retrieval, searched, args),
    };
  }

  async #query(
    { workspaceId }: BotSettings,
    attached: readonly AttachedTable[],
    { sources: found }: AnswerDraft,
  ): Promise<BotTool> {
    const tables = named(await this.attached.open(workspaceId, attached));
    return {
      declaration: queryTableTool(tables),
      run: (args) => queryTable(this.attached, tables, found, args),
    };
  }
}
