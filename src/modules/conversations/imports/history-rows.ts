import { newId, newIdAt } from '#common/database';
import type {
  ConversationImport,
  ImportedConversation,
  ImportedMessage,
} from './conversation-import.types.js';
import type { HistoryRows } from './imported-history.repository.js';

type Row = Readonly<Record<string, unknown>>;
type Origin = Pick<ConversationImport, 'createdById' | 'createdAt' | 'settings'>;

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
export function toRows(conversations: readonly ImportedConversation[], one: Origin): HistoryRows {
  const rows = {
    conversations: [] as Row[],
    messages: [] as Row[],
    citations: [] as Row[],
    feedback: [] as Row[],
    corrections: [] as Row[],
    tags: [] as Row[],
    notes: [] as Row[],
  };
  for (const conversation of conversations) addConversation(rows, conversation, one);
  return rows;
}

function addConversation(
  rows: Record<keyof HistoryRows, Row[]>,
  conversation: ImportedConversation,
  { createdById, createdAt: otherwise, settings }: Origin,
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
    ...{ status: conversation.status ?? 'open', assigneeId: conversation.assigneeId ?? null },
    ...{ handedOverAt: conversation.handedOverAt ?? null, ...repliesOf(conversation, said) },
    legalHold: settings.keepsHolds === true && conversation.legalHold === true,
  });
  for (const tag of conversation.tags ?? []) rows.tags.push({ conversationId: id, tag });
  for (const { content, authorId, createdAt } of conversation.notes ?? [])
    rows.notes.push({
      // They are listed by their ids, from that of the conversation on.
      id: newIdAt(Math.max(Date.parse(createdAt), begun.getTime() + 1)),
      ...{ conversationId: id, content, importedAuthor: authorId ?? '', createdAt },
    });
  const turns = new TurnIds(messages, ids);
  messages.forEach((message, index) => {
    const messageId = ids[index] ?? newId();
    const createdAt = said[index] ?? begun;
    const { citations = [], feedback = null, correction = null, author, authorId, ...facts } = message;
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
    if (correction) {
      const { authorId: importedAuthor, ...corrected } = correction;
      rows.corrections.push({
        ...corrected,
        importedAuthor: importedAuthor ?? '',
        messageId,
        conversationId: id,
      });
    }
  });
}

/** When it was answered first and last: as the file says, or by the messages. */
function repliesOf(
  { messages, firstReplyAt, lastReplyAt }: ImportedConversation,
  said: readonly Date[],
): object {
  const replies = said.filter((_, index) => {
    const message = messages[index];
    return message?.role === 'assistant' && message.status !== 'error';
  });
  const last = replies.reduce<Date | null>((latest, time) => (latest && latest > time ? latest : time), null);
  const first = replies.length === 0 ? null : new Date(Math.min(...earliest(replies)));
  return { firstReplyAt: firstReplyAt ?? first, lastReplyAt: lastReplyAt ?? last };
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
