import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '#common/access';
import {
  decodeCursor,
  type Page,
  type PageRequest,
  type Reading,
  Sql,
  toPage,
  translateViolations,
  where,
} from '#common/database';
import { BotHeld, BotSlugTaken } from './bots.errors.js';
import type { BotSettings } from './bots.types.js';
import { Bot } from './entities/bot.entity.js';
import { type BotPrivacy, privacyOf } from './privacy/privacy.types.js';

@Injectable()
export class BotsRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  /** @throws BotSlugTaken */
  async add(bot: Bot): Promise<void> {
    await slugKept(() => this.em.insert(bot));
  }

  /** Runs work that changes bots, its commit included. @throws BotSlugTaken */
  changing<T>(work: () => Promise<T>): Promise<T> {
    return slugKept(work);
  }

  async privacyOfNewBots(workspaceId: string): Promise<BotPrivacy> {
    const [row] = await this.sql.inWorkspace<{ privacy: BotPrivacy }>(
      workspaceId,
      'select privacy from bot_privacy_defaults where workspace_id = ?',
      [workspaceId],
    );
    return privacyOf(row?.privacy);
  }

  async savePrivacyOfNewBots(workspaceId: string, privacy: BotPrivacy, at: Date): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into bot_privacy_defaults (workspace_id, privacy, updated_at)
       select w.workspace_id, ?::jsonb, ?::timestamptz from (select ?::uuid as workspace_id) w where w.workspace_id = ?
       on conflict (workspace_id) do update set privacy = excluded.privacy, updated_at = excluded.updated_at`,
      [JSON.stringify(privacy), at, workspaceId, workspaceId],
    );
  }

  find(visible: RowFilter, id: string): Promise<Bot | null> {
    return this.em.findOne(Bot, where<Bot>(visible, { id }));
  }

  findBySlug(visible: RowFilter, slug: string): Promise<Bot | null> {
    return this.em.findOne(Bot, where<Bot>(visible, { slug }));
  }

  /** The same without all that answering does not need: it is read for every answer. */
  async findSettings(workspaceId: string, id: string): Promise<BotSettings | null> {
    const [row] = await this.sql.inWorkspace<BotSettings>(
      workspaceId,
      `select id, workspace_id as "workspaceId", instructions, model, retrieval, tools from bots
       where workspace_id = ? and id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  /**
   * The same for whoever reads it along; null when the bot is gone.
   * @param bot an expression of SQL that gives its id.
   */
  settingsReading(workspaceId: string, bot: string): Reading<BotSettings | null> {
    return {
      expression: {
        sql: `select json_build_object('id', b.id, 'workspaceId', b.workspace_id, 'instructions', b.instructions,
            'model', b.model, 'retrieval', b.retrieval, 'tools', b.tools)
          from bots b where b.workspace_id = ? and b.id = ${bot}`,
        params: [workspaceId],
      },
      understand: (read) => read as BotSettings | null,
    };
  }

  async list(visible: RowFilter, { limit, cursor }: PageRequest): Promise<Page<Bot>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(Bot, where<Bot>(visible, before), {
      orderBy: { id: 'desc' },
      limit: limit + 1,
    });
    return toPage(rows, limit);
  }

  /** Takes along, in the database, its attachments and conversations. @throws BotHeld */
  async remove(visible: RowFilter, id: string): Promise<boolean> {
    const held = (): BotHeld => new BotHeld();
    return translateViolations(
      { bots_held: held, conversations_held: held },
      async () => (await this.em.nativeDelete(Bot, where<Bot>(visible, { id }))) > 0,
    );
  }
}

function slugKept<T>(work: () => Promise<T>): Promise<T> {
  return translateViolations({ bots_slug_unique: () => new BotSlugTaken() }, work);
}
