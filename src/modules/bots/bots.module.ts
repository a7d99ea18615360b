import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { DatasourcesModule } from '#modules/datasources';
import { ProvidersModule } from '#modules/providers';
import { BotsController } from './bots.controller.js';
import { BotsRepository } from './bots.repository.js';
import { BotsService } from './bots.service.js';
import { BotPrivacyController } from './privacy/bot-privacy.controller.js';
import { BotPrivacyDefaultController } from './privacy/bot-privacy-default.controller.js';
import { BotPrivacyService } from './privacy/bot-privacy.service.js';
import { Bot } from './entities/bot.entity.js';

@Module({
  imports: [MikroOrmModule.forFeature([Bot]), DatasourcesModule, ProvidersModule],
  controllers: [BotsController, BotPrivacyController, BotPrivacyDefaultController],
  providers: [BotPrivacyService, BotsRepository, BotsService],
  exports: [BotsService],
})
export class BotsModule {}
