import { EntityManager } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '#common/access';
import { decodeCursor, type Page, type PageRequest, toPage, where } from '#common/database';
import { Bot } from './entities/bot.entity.js';

@Injectable()
export class BotsRepository {
  constructor(private readonly em: EntityManager) {}

  add(bot: Bot): Bot {
    this.em.persist(bot);
    return bot;
  }

  find(visible: RowFilter, id: string): Promise<Bot | null> {
    return this.em.findOne(Bot, where<Bot>(visible, { id }));
  }

  async list(visible: RowFilter, { limit, cursor }: PageRequest): Promise<Page<Bot>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(Bot, where<Bot>(visible, before), {
      orderBy: { id: 'desc' },
      limit: limit + 1,
    });
    return toPage(rows, limit);
  }

  /** Takes along, in the database, its attachments and conversations. */
  async remove(visible: RowFilter, id: string): Promise<boolean> {
    return (await this.em.nativeDelete(Bot, where<Bot>(visible, { id }))) > 0;
  }
}
