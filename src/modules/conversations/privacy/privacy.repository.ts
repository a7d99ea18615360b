import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { type BotPrivacy, privacyOf } from './privacy.types.js';

/** What is kept of which conversation. */
@Injectable()
export class PrivacyRepository {
  constructor(private readonly sql: Sql) {}

  /** The usual one where there is no such bot. */
  async ofBot(workspaceId: string, botId: string): Promise<BotPrivacy> {
    const [row] = await this.sql.inWorkspace<{ privacy: Partial<BotPrivacy> }>(
      workspaceId,
      'select privacy from bots where workspace_id = ? and id = ?',
      [workspaceId, botId],
    );
    return privacyOf(row?.privacy);
  }

  /** That of its bot; the usual one where there is no such conversation. */
  async ofConversation(workspaceId: string, conversationId: string): Promise<BotPrivacy> {
    const [row] = await this.sql.inWorkspace<{ privacy: Partial<BotPrivacy> }>(
      workspaceId,
      `select b.privacy from conversations c join bots b on b.workspace_id = c.workspace_id and b.id = c.bot_id
       where c.workspace_id = ? and c.id = ?`,
      [workspaceId, conversationId],
    );
    return privacyOf(row?.privacy);
  }
}
