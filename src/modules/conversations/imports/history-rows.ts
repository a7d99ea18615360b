import { newId, newIdAt } from '#common/database';
import type {
  ConversationImport,
  ImportedConversation,
  ImportedMessage,
} from './conversation-import.types.js';
import type { HistoryRows } from './imported-history.repository.js';

type Row = Readonly<Record<string, unknown>>;

/** When the parts of a conversation were said; what has no time of its own has that of what came before it. */
export function timesOf(conversation: ImportedConversation, otherwise: Date): Date[] {
  const begun = conversation.createdAt ? new Date(conversation.createdAt) : otherwise;
  let last = begun;
  const said = conversation.messages.map(({ createdAt }) => {
    if (createdAt) last = new Date(createdAt);
    return last;
  });
  return [begun, ...said];
}

/** Rows with ids of their own, made of the times at which things were said, so that they lie in their months. */
export function toRows(
  conversations: readonly ImportedConversation[],
  one: Pick<ConversationImport, 'createdById' | 'createdAt'>,
): HistoryRows {
  const rows = {
    conversations: [] as Row[],
    messages: [] as Row[],
    citations: [] as Row[],
    feedback: [] as Row[],
  };
  for (const conversation of conversations) addConversation(rows, conversation, one);
  return rows;
}

function addConversation(
  rows: Record<keyof HistoryRows, Row[]>,
  conversation: ImportedConversation,
  { createdById, createdAt: otherwise }: Pick<ConversationImport, 'createdById' | 'createdAt'>,
): void {
  const [begun = otherwise, ...said] = timesOf(conversation, otherwise);
  const { messages } = conversation;
  // No message may have a lower id than its conversation.
  const id = newIdAt(Math.min(begun.getTime(), ...said.slice(0, 1).map(Number), ...earliest(said)));
  const ids = messages.map((_, index) => newIdAt(said[index]?.getTime() ?? begun.getTime()));
  const positions = messages.map(({ position }, index) => position ?? index + 1);
  const lastSaid = said.at(-1) ?? null;
  rows.conversations.push({
    ...{ id, hash: conversation.sourceKey, channel: conversation.channel ?? 'api' },
    ...{
      externalUserId: conversation.externalUserId ?? null,
      metadata: conversation.metadata ?? {},
      createdById,
    },
    messageCount: positions.at(-1) ?? 0,
    lastMessageAt: conversation.lastMessageAt ?? lastSaid,
    ...{ createdAt: begun, updatedAt: conversation.updatedAt ?? lastSaid ?? begun },
  });
  const turns = new TurnIds(messages, ids);
  messages.forEach((message, index) => {
    const messageId = ids[index] ?? newId();
    const createdAt = said[index] ?? begun;
    const { citations = [], feedback = null, author, authorId, ...facts } = message;
    rows.messages.push({
      ...NO_FACTS,
      ...facts,
      ...{
        id: messageId,
        conversationId: id,
        turnId: turns.of(index),
        position: positions[index],
        createdAt,
      },
      status: message.status ?? 'complete',
      importedAuthor: author === 'member' ? (authorId ?? '') : null,
    });
    for (const citation of citations)
      rows.citations.push({ ...citation, id: newIdAt(createdAt.getTime()), messageId, createdAt });
    if (feedback)
      rows.feedback.push({ ...feedback, id: newId(), messageId, conversationId: id, actorId: createdById });
  });
}

const NO_FACTS = {
  ...{ model: null, inputTokens: null, cachedInputTokens: null, outputTokens: null, reasoningTokens: null },
  ...{ historyTruncated: null, finishReason: null, costUsd: null, latencyMs: null, firstTokenMs: null },
  ...{ answered: null, attempts: null, error: null, tool: null, wishes: null },
};

function earliest(times: readonly Date[]): number[] {
  return times.length === 0 ? [] : [times.reduce((least, time) => (time < least ? time : least)).getTime()];
}

/** A question, its tools and its answer are one turn, which has the id of the answer. */
class TurnIds {
  readonly #ids: string[];

  constructor(messages: readonly ImportedMessage[], ids: readonly string[]) {
    const newIdOf = new Map<string, string>();
    messages.forEach(({ id }, index) => {
      if (id !== undefined) newIdOf.set(id, ids[index] ?? newId());
    });
    const told = new Map<string, string>();
    let current = newId();
    this.#ids = messages.map(({ turnId, role }) => {
      if (turnId === undefined) {
        if (role === 'user') current = newId();
        return current;
      }
      const known = newIdOf.get(turnId) ?? told.get(turnId) ?? newId();
      told.set(turnId, known);
      return known;
    });
  }

  of(index: number): string {
    return this.#ids[index] ?? newId();
  }
}
