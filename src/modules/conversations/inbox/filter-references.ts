import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { InvalidFields } from '#common/errors';
import { isMemberId, type FilterFields } from './filter-fields.js';

/** What a filter that is kept can name by its id, and what that is called. */
const REFERENCES = {
  botId: 'bot',
  datasourceId: 'source',
  topicId: 'topic',
  assignedTo: 'member',
} as const;

type Known = Record<keyof typeof REFERENCES, boolean>;

/** Looks up what the ids of a filter name before the filter is kept. */
@Injectable()
export class FilterReferences {
  constructor(private readonly sql: Sql) {}

  /**
   * A topic is known by the conversations that are about it.
   * @throws InvalidFields where an id names nothing of the workspace
   */
  async assertKnown(workspaceId: string, filter: FilterFields): Promise<void> {
    const { botId = null, datasourceId = null, topicId = null } = filter;
    const memberId = isMemberId(filter.assignedTo) ? filter.assignedTo : null;
    if (!(botId ?? datasourceId ?? topicId ?? memberId)) return;
    const [known] = await this.sql.inWorkspace<Known>(
      workspaceId,
      `select ?::uuid is null or exists (select 1 from bots where workspace_id = w.id and id = ?) as "botId",
         ?::uuid is null or exists (select 1 from datasources where workspace_id = w.id and id = ?) as "datasourceId",
         ?::uuid is null
           or exists (select 1 from conversation_topics where workspace_id = w.id and topic_id = ?) as "topicId",
         ?::uuid is null or exists (select 1 from memberships where workspace_id = w.id and user_id = ?) as "assignedTo"
       from (select ?::uuid as id) w`,
      [...[botId, datasourceId, topicId, memberId].flatMap((id) => [id, id]), workspaceId],
    );
    const unknown = Object.entries(REFERENCES).filter(([name]) => !known?.[name as keyof Known]);
    if (unknown.length > 0)
      throw new InvalidFields(
        unknown.map(([name, what]) => ({
          path: `filter.${name}`,
          message: `names a ${what} that does not exist`,
        })),
      );
  }
}
