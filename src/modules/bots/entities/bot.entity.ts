import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { TenantEntity, TextListType } from '#common/database';
import type { BotPrivacy } from '../privacy/privacy.types.js';
import type { BotChanges, BotDraft, BotModel, BotRetrieval, BotTool } from '../bots.types.js';

/** A chatbot: its instructions, its model and how it looks things up. */
@Entity({ tableName: 'bots' })
export class Bot extends TenantEntity {
  @Property({ type: 'text' })
  name: string;

  @Property({ type: 'text' })
  slug: string;

  @Property({ type: 'text' })
  instructions: string;

  @Property({ type: 'json' })
  model: BotModel;

  @Property({ type: 'text', nullable: true })
  greeting: string | null;

  @Property({ type: TextListType })
  suggestedQuestions: string[];

  @Property({ type: 'json' })
  retrieval: BotRetrieval;

  @Property({ type: TextListType })
  tools: BotTool[];

  /** What is kept of its conversations; counts at once, and is no part of what is published. */
  @Property({ type: 'json' })
  privacy: BotPrivacy;

  @Property({ type: 'datetime', length: 3 })
  updatedAt: Date = this.createdAt;

  constructor(
    workspaceId: string,
    draft: BotDraft & { readonly slug: string; readonly model: BotModel; readonly privacy: BotPrivacy },
  ) {
    super(workspaceId);
    this.privacy = draft.privacy;
    this.name = draft.name;
    this.slug = draft.slug;
    this.instructions = draft.instructions ?? '';
    this.model = draft.model;
    this.greeting = draft.greeting ?? null;
    this.suggestedQuestions = [...(draft.suggestedQuestions ?? [])];
    this.retrieval = draft.retrieval ?? {};
    this.tools = [...(draft.tools ?? [])];
  }

  protect(privacy: BotPrivacy, at: Date): void {
    this.privacy = privacy;
    this.updatedAt = at;
  }

  /** Takes over what the changes name. */
  change(changes: BotChanges, at: Date): void {
    this.name = changes.name ?? this.name;
    this.slug = changes.slug ?? this.slug;
    this.instructions = changes.instructions ?? this.instructions;
    this.model = changes.model ?? this.model;
    this.greeting = changes.greeting === undefined ? this.greeting : changes.greeting;
    this.suggestedQuestions = [...(changes.suggestedQuestions ?? this.suggestedQuestions)];
    this.retrieval = changes.retrieval ?? this.retrieval;
    this.tools = [...(changes.tools ?? this.tools)];
    this.updatedAt = at;
  }
}
