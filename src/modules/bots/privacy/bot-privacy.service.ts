import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import { Clock } from '#common/time';
import { BotNotFound } from '../bots.errors.js';
import { BotsRepository } from '../bots.repository.js';
import type { Bot } from '../entities/bot.entity.js';
import { type BotPrivacy, type PrivacyDefault, type PrivacyDraft, privacyOf } from './privacy.types.js';

/** What is kept of bots' conversations. */
@Injectable()
export class BotPrivacyService {
  constructor(
    private readonly repository: BotsRepository,
    private readonly abilities: Abilities,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws BotNotFound */
  async get(actor: Actor, id: string): Promise<BotPrivacy> {
    return privacyOf((await this.#find(actor, 'read', id)).privacy);
  }

  /** @throws BotNotFound */
  async set(actor: Actor, id: string, draft: PrivacyDraft): Promise<BotPrivacy> {
    return this.unitOfWork.run(async () => {
      const bot = await this.#find(actor, 'protect', id);
      bot.protect(privacyOf(draft), this.clock.now());
      return bot.privacy;
    });
  }

  /** What new bots of the workspace keep. */
  getDefault({ workspaceId }: Actor): Promise<BotPrivacy> {
    return this.repository.privacyOfNewBots(workspaceId);
  }

  async setDefault({ workspaceId }: Actor, draft: PrivacyDefault): Promise<BotPrivacy> {
    const privacy = privacyOf(draft);
    await this.unitOfWork.run(() =>
      this.repository.savePrivacyOfNewBots(workspaceId, privacy, this.clock.now()),
    );
    return privacy;
  }

  async #find(actor: Actor, action: string, id: string): Promise<Bot> {
    const bot = await this.repository.find(this.abilities.visibleTo(actor, action, 'Bot'), id);
    if (!bot) throw new BotNotFound();
    return bot;
  }
}
