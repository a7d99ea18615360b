import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';

@Injectable()
export class ConversationTopicsRepository {
  constructor(private readonly sql: Sql) {}

  async replace(
    workspaceId: string,
    assignments: readonly { readonly conversationId: string; readonly topicIds: readonly string[] }[],
  ): Promise<void> {
    const given = JSON.stringify(assignments);
    await this.sql.inWorkspace(
      workspaceId,
      `with given as materialized (
         select g."conversationId" as conversation_id, t.value::uuid as topic_id
         from jsonb_to_recordset(?::jsonb) as g("conversationId" uuid, "topicIds" jsonb)
         left join lateral jsonb_array_elements_text(g."topicIds") t on true
       ), gone as (
         delete from conversation_topics o using given g
         where o.workspace_id = ? and o.conversation_id = g.conversation_id
           and not exists (select 1 from given k where k.conversation_id = o.conversation_id and k.topic_id = o.topic_id)
       )
       insert into conversation_topics (workspace_id, conversation_id, topic_id)
       select c.workspace_id, c.id, g.topic_id from given g
       join conversations c on c.workspace_id = ? and c.id = g.conversation_id
       where g.topic_id is not null
       on conflict do nothing`,
      [given, workspaceId, workspaceId],
    );
  }

  async retire(workspaceId: string, topicId: string, successorId: string | null): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `with gone as (
         delete from conversation_topics where workspace_id = ? and topic_id = ? returning workspace_id, conversation_id
       )
       insert into conversation_topics (workspace_id, conversation_id, topic_id)
       select workspace_id, conversation_id, ?::uuid from gone where ?::uuid is not null
       on conflict do nothing`,
      [workspaceId, topicId, successorId, successorId],
    );
  }
}
