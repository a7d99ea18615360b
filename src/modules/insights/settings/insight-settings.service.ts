import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import { InvalidFields } from '#common/errors';
import { Clock } from '#common/time';
import { BotsService } from '#modules/bots';
import { ChatModels } from '#modules/providers';
import { InsightSettingsRepository } from './insight-settings.repository.js';
import type { InsightSettings } from './insight-settings.types.js';

/** What the team chooses for the insights of a bot. */
@Injectable()
export class InsightSettingsService {
  constructor(
    private readonly bots: BotsService,
    private readonly models: ChatModels,
    private readonly repository: InsightSettingsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws BotNotFound */
  async get(actor: Actor, botId: string): Promise<InsightSettings> {
    const bot = await this.bots.get(actor, botId);
    return this.repository.find(bot.workspaceId, bot.id);
  }

  /** @throws BotNotFound, UnknownModel, ProviderNotConfigured, InvalidFields for the built-in model, which has no words of its own */
  async change(actor: Actor, botId: string, { namingModel }: InsightSettings): Promise<InsightSettings> {
    const bot = await this.bots.get(actor, botId);
    if (namingModel?.provider === this.models.defaultModel().provider)
      throw new InvalidFields([{ path: 'namingModel.provider', message: 'is not for the built-in model' }]);
    if (namingModel) await this.models.assertUsable(bot.workspaceId, [namingModel]);
    await this.unitOfWork.run(() =>
      this.repository.save(bot.workspaceId, bot.id, { namingModel }, this.clock.now()),
    );
    return this.repository.find(bot.workspaceId, bot.id);
  }
}
