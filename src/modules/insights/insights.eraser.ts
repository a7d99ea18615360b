import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { type ErasedTalks, VisitorEraser, VisitorErasers } from '#modules/conversations';
import { InsightTurnsRepository } from './turns.repository.js';

/** Forgets what insights keep of a person: the turns, and questions that nobody else has asked. */
@Injectable()
export class InsightsEraser extends VisitorEraser implements OnModuleInit {
  constructor(
    private readonly erasers: VisitorErasers,
    private readonly turns: InsightTurnsRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {
    super();
  }

  onModuleInit(): void {
    this.erasers.register(this);
  }

  override async erase({
    workspaceId,
    conversationIds,
  }: ErasedTalks): Promise<Readonly<Record<string, number>>> {
    if (conversationIds.length === 0) return {};
    return this.unitOfWork.run(() => this.turns.forget(workspaceId, conversationIds));
  }
}
