import { Injectable } from '@nestjs/common';
import { inBatches } from '#common/database';
import { ConversationTopicsRepository } from './conversation-topics.repository.js';

/** What a conversation is about. */
export interface TopicAssignment {
  readonly conversationId: string;
  readonly topicIds: readonly string[];
}

/**
 * By what conversations are found as being about a topic (`topicId` of `ConversationFilter`): whoever sorts
 * conversations into topics fills the table `conversation_topics` through this. What topics are, nobody knows here.
 */
@Injectable()
export class ConversationTopics {
  constructor(private readonly repository: ConversationTopicsRepository) {}

  /** Puts these topics in the place of those that each conversation had. Conversations that are gone are passed over. */
  async assign(workspaceId: string, assignments: readonly TopicAssignment[]): Promise<void> {
    for (const batch of inBatches(assignments, 200)) await this.repository.replace(workspaceId, batch);
  }

  /** Takes a topic from all conversations that have it, or puts another one in its place. */
  async retire(workspaceId: string, topicId: string, successorId?: string): Promise<void> {
    await this.repository.retire(workspaceId, topicId, successorId ?? null);
  }
}
