import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId, translateViolations, UnitOfWork } from '#common/database';
import { JobQueue } from '#common/jobs';
import { FileStore } from '#common/storage';
import { Clock } from '#common/time';
import { BotNotFound, BotsService } from '#modules/bots';
import { privacyOf } from '../privacy/privacy.types.js';
import {
  type ConversationImport,
  type ConversationImportDraft,
  type LineProblem,
  MAX_IMPORT_BYTES,
} from './conversation-import.types.js';
import { BotKeepsNothing, ConversationImportNotFound } from './conversation-imports.errors.js';
import { ConversationImportsRepository } from './conversation-imports.repository.js';
import { importConversations } from './import-conversations.job.js';

const PROBLEMS_SHOWN = 100;

/** An import with the first lines that it did not take. */
export interface ConversationImportView {
  readonly one: ConversationImport;
  readonly problems: readonly LineProblem[];
}

/** Bringing conversations along from elsewhere. */
@Injectable()
export class ConversationImportsService {
  constructor(
    private readonly imports: ConversationImportsRepository,
    private readonly bots: BotsService,
    private readonly store: FileStore,
    private readonly jobs: JobQueue,
    private readonly abilities: Abilities,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps the file and lets a job read it.
   * @throws BotNotFound, BotKeepsNothing, TooManyConversationImports, FileTooLarge, StorageFull
   */
  async start(
    actor: Actor,
    { botId, format, ...settings }: ConversationImportDraft,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<ConversationImportView> {
    this.abilities.assertCan(actor, 'import', 'Conversation');
    const { workspaceId } = actor;
    const bot = await this.bots.get(actor, botId);
    if (privacyOf(bot.privacy).storage === 'none') throw new BotKeepsNothing();
    const id = newId();
    try {
      const kept = await this.store.keep(id, bytes, MAX_IMPORT_BYTES);
      const one: ConversationImport = {
        ...{ id, workspaceId, botId: bot.id, format, bytes: kept.bytes, createdById: actor.id },
        settings: { ...settings, keepsHolds: this.abilities.can(actor, 'hold', 'Conversation') },
        ...{ jobId: null, jobState: null, position: 0, conversations: 0, messages: 0, known: 0, rejected: 0 },
        ...{ createdAt: this.clock.now(), finishedAt: null },
      };
      return { one: await this.#enqueue(one), problems: [] };
    } catch (error) {
      await this.store.remove(id);
      throw error;
    }
  }

  /** @throws ConversationImportNotFound */
  async get(actor: Actor, id: string): Promise<ConversationImportView> {
    this.abilities.assertCan(actor, 'import', 'Conversation');
    const one = await this.imports.find(actor.workspaceId, id);
    if (!one) throw new ConversationImportNotFound();
    return { one, problems: await this.imports.problems(actor.workspaceId, id, PROBLEMS_SHOWN) };
  }

  #enqueue(one: ConversationImport): Promise<ConversationImport> {
    const { id, workspaceId } = one;
    return translateViolations({ conversation_imports_bot_fk: () => new BotNotFound() }, () =>
      this.unitOfWork.run(async () => {
        await this.imports.add(one);
        const job = await this.jobs.add(importConversations, { importId: id }, { workspaceId });
        await this.imports.saveJob(workspaceId, id, job.id);
        return { ...one, jobId: job.id, jobState: job.state };
      }),
    );
  }
}
