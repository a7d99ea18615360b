import { createHash } from 'node:crypto';
import type {
  CitationRecord,
  CorrectionRecord,
  FeedbackRecord,
  NoteRecord,
} from '../../conversation-record.js';
import type { PassageLocation } from '#common/text';
import {
  type AnswerError,
  type AnsweringModel,
  AUTHORS,
  CHANNELS,
  CONVERSATION_STATUSES,
  type FailedAttempt,
  FEEDBACK_REASONS,
  RATINGS,
  type ToolUse,
} from '../../conversations.types.js';
import { INBOX_LIMITS } from '../../inbox/inbox.types.js';
import { tidyTags } from '../../inbox/tidy-tags.js';
import {
  type FoundLine,
  type ImportedConversation,
  type ImportedMessage,
  MAX_MESSAGES,
} from '../conversation-import.types.js';
import {
  absent,
  booleanIn,
  choiceIn,
  countIn,
  idIn,
  isObject,
  type Json,
  jsonIn,
  LineRefused,
  listIn,
  objectIn,
  textIn,
  timeIn,
} from './fields.js';
import { linesOf } from './lines.js';

const MAX_CONTENT = 1_000_000;
const MAX_CITATIONS = 1_000;
const MAX_NOTES = 10_000;
/** As the API takes, so that a bot can learn it. */
const MAX_CORRECTION = 20_000;

/** Reads our own export of conversations: one of them a line, with all that was said. */
export async function* colloquyLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FoundLine> {
  yield* readLines(bytes, conversationIn);
}

/** Reads lines of JSON, each for itself. */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  read: (line: Json, text: string, number: number) => ImportedConversation,
): AsyncGenerator<FoundLine> {
  for await (const { line, text } of linesOf(bytes)) {
    if (text === null) yield { line, problem: 'is longer than 16,000,000 characters' };
    else if (text.trim() !== '') yield found(line, text, read);
  }
}

function found(
  line: number,
  text: string,
  read: (line: Json, text: string, number: number) => ImportedConversation,
): FoundLine {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return { line, problem: 'is no JSON object' };
    return { line, conversation: read(value, text, line) };
  } catch (error) {
    if (error instanceof LineRefused) return { line, problem: error.message };
    if (error instanceof SyntaxError) return { line, problem: 'is no JSON' };
    throw error;
  }
}

function conversationIn(line: Json): ImportedConversation {
  const messages = listIn(line['messages'] ?? [], 'messages', MAX_MESSAGES);
  return {
    sourceKey: createHash('sha256')
      .update(textIn(line['id'], 'id', 200))
      .digest('hex'),
    channel: absent(line['channel']) ? 'api' : choiceIn(line['channel'], 'channel', CHANNELS),
    externalUserId: optional(line['externalUserId'], (value) => textIn(value, 'externalUserId', 200)),
    metadata: absent(line['metadata']) ? {} : jsonIn(objectIn(line['metadata'], 'metadata'), 'metadata'),
    ...given('createdAt', line['createdAt'], timeIn),
    ...given('updatedAt', line['updatedAt'], timeIn),
    ...given('lastMessageAt', line['lastMessageAt'], timeIn),
    ...given('status', line['status'], (one, name) => choiceIn(one, name, CONVERSATION_STATUSES)),
    ...given('assigneeId', line['assigneeId'], (one, name) => textIn(one, name, 200)),
    ...given('firstReplyAt', line['firstReplyAt'], timeIn),
    ...given('lastReplyAt', line['lastReplyAt'], timeIn),
    ...given('handedOverAt', line['handedOverAt'], timeIn),
    ...given('legalHold', line['legalHold'], booleanIn),
    tags: tidyTags(
      listIn(line['tags'] ?? [], 'tags', INBOX_LIMITS.tags).map((tag) =>
        textIn(tag, 'tags', INBOX_LIMITS.tagChars),
      ),
    ),
    notes: listIn(line['notes'] ?? [], 'notes', MAX_NOTES).map((note, index) =>
      noteIn(note, `notes.${String(index)}`),
    ),
    messages: inOrder(messages.map((message, index) => messageIn(message, `messages.${String(index)}`))),
  };
}

function messageIn(value: unknown, name: string): ImportedMessage {
  const message = objectIn(value, name);
  const at = (field: string): string => `${name}.${field}`;
  const count = (field: string): number | null => optional(message[field], (one) => countIn(one, at(field)));
  const object = <Value>(field: string, read: (value: Json, name: string) => Value): Value | null =>
    optional(message[field], (one) => read(objectIn(one, at(field)), at(field)));
  return {
    ...given('id', message['id'], (one) => textIn(one, at('id'), 200)),
    ...given('turnId', message['turnId'], (one) => textIn(one, at('turnId'), 200)),
    ...given('position', message['position'], (one) => countIn(one, at('position'))),
    role: choiceIn(message['role'], at('role'), ['user', 'assistant', 'tool'] as const),
    ...authorIn(message, name),
    content: textIn(message['content'] ?? '', at('content'), MAX_CONTENT),
    status: choiceIn(message['status'] ?? 'complete', at('status'), [
      'complete',
      'aborted',
      'error',
    ] as const),
    model: object('model', modelIn),
    ...{ inputTokens: count('inputTokens'), cachedInputTokens: count('cachedInputTokens') },
    ...{ outputTokens: count('outputTokens'), reasoningTokens: count('reasoningTokens') },
    historyTruncated: count('historyTruncated'),
    finishReason: optional(message['finishReason'], (one) => textIn(one, at('finishReason'), 100)),
    costUsd: optional(message['costUsd'], (one) => costIn(one, at('costUsd'))),
    ...{ latencyMs: count('latencyMs'), firstTokenMs: count('firstTokenMs') },
    answered: optional(message['answered'], (one) => booleanIn(one, at('answered'))),
    attempts: optional(message['attempts'], (all) =>
      listIn(all, at('attempts'), 100).map((one, index) =>
        attemptIn(one, `${at('attempts')}.${String(index)}`),
      ),
    ),
    ...{ error: object('error', errorIn), tool: object('tool', toolIn), wishes: object('wishes', jsonIn) },
    ...given('createdAt', message['createdAt'], (one) => timeIn(one, at('createdAt'))),
    citations: listIn(message['citations'] ?? [], at('citations'), MAX_CITATIONS).map((one, index) =>
      citationIn(one, `${at('citations')}.${String(index)}`),
    ),
    feedback: optional(message['feedback'], (one) => feedbackIn(one, at('feedback'))),
    correction: optional(message['correction'], (one) => correctionIn(one, at('correction'), message)),
  };
}

/** Members alone are told apart: who else it was, the role says. */
function authorIn(message: Json, name: string): Pick<ImportedMessage, 'author' | 'authorId'> {
  const { author, role } = message;
  if (absent(author) || choiceIn(author, `${name}.author`, AUTHORS) !== 'member') return {};
  if (role !== 'assistant')
    throw new LineRefused(`${name}.author is a member, but its role is not assistant`);
  return { author: 'member', authorId: authorIdIn(message, name) };
}

function citationIn(value: unknown, name: string): CitationRecord {
  const citation = objectIn(value, name);
  const at = (field: string): string => `${name}.${field}`;
  return {
    index: countIn(citation['index'], at('index')),
    chunkId: optional(citation['chunkId'], (one) => idIn(one, at('chunkId'))),
    documentId: idIn(citation['documentId'], at('documentId')),
    datasourceId: idIn(citation['datasourceId'], at('datasourceId')),
    title: textIn(citation['title'] ?? '', at('title'), MAX_CONTENT),
    url: optional(citation['url'], (one) => textIn(one, at('url'), 10_000)),
    location: optional(citation['location'], (one) =>
      locationIn(objectIn(one, at('location')), at('location')),
    ),
    rowId: optional(citation['rowId'], (one) => idIn(one, at('rowId'))),
    quote: textIn(citation['quote'] ?? '', at('quote'), MAX_CONTENT),
  };
}

function noteIn(value: unknown, name: string): NoteRecord {
  const note = objectIn(value, name);
  return {
    id: '',
    authorId: authorIdIn(note, name),
    content: textIn(note['content'], `${name}.content`, INBOX_LIMITS.noteChars),
    createdAt: timeIn(note['createdAt'], `${name}.createdAt`),
  };
}

function correctionIn(value: unknown, name: string, { role }: Json): CorrectionRecord {
  if (role !== 'assistant') throw new LineRefused(`${name} is of no answer`);
  const correction = objectIn(value, name);
  return {
    question: textIn(correction['question'] ?? '', `${name}.question`, MAX_CONTENT),
    content: textIn(correction['content'], `${name}.content`, MAX_CORRECTION),
    authorId: authorIdIn(correction, name),
    ...timesIn(correction, name),
  };
}

function authorIdIn({ authorId }: Json, name: string): string | null {
  return optional(authorId, (one) => textIn(one, `${name}.authorId`, 200));
}

function timesIn(value: Json, name: string): Pick<FeedbackRecord, 'createdAt' | 'updatedAt'> {
  const createdAt = timeIn(value['createdAt'], `${name}.createdAt`);
  const { updatedAt } = value;
  return { createdAt, updatedAt: absent(updatedAt) ? createdAt : timeIn(updatedAt, `${name}.updatedAt`) };
}

function feedbackIn(value: unknown, name: string): FeedbackRecord {
  const feedback = objectIn(value, name);
  return {
    rating: choiceIn(feedback['rating'], `${name}.rating`, RATINGS),
    reason: optional(feedback['reason'], (one) => choiceIn(one, `${name}.reason`, FEEDBACK_REASONS)),
    comment: optional(feedback['comment'], (one) => textIn(one, `${name}.comment`, MAX_CONTENT)),
    ...timesIn(feedback, name),
  };
}

/** By their positions, where all have one; each has its own. */
function inOrder(messages: readonly ImportedMessage[]): readonly ImportedMessage[] {
  const positions = messages.flatMap(({ position }) => (position === undefined ? [] : [position]));
  if (positions.length < messages.length)
    return messages.map((message) => ({ ...message, position: undefined }) as never);
  if (new Set(positions).size < positions.length) throw new LineRefused('messages share a position');
  return messages.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0));
}

function optional<Value>(value: unknown, read: (value: unknown) => Value): Value | null {
  return absent(value) ? null : read(value);
}

function given<Name extends string, Value>(
  name: Name,
  value: unknown,
  read: (value: unknown, name: string) => Value,
): Partial<Record<Name, Value>> {
  return absent(value) ? {} : ({ [name]: read(value, name) } as Record<Name, Value>);
}

function modelIn(model: Json, name: string): AnsweringModel {
  return {
    provider: textIn(model['provider'], `${name}.provider`, 200),
    name: textIn(model['name'], `${name}.name`, 200),
  };
}

function attemptIn(value: unknown, name: string): FailedAttempt {
  const attempt = objectIn(value, name);
  return { ...modelIn(attempt, name), code: textIn(attempt['code'], `${name}.code`, 200) };
}

function errorIn(error: Json, name: string): AnswerError {
  return {
    code: textIn(error['code'], `${name}.code`, 200),
    message: textIn(error['message'], `${name}.message`, 10_000),
  };
}

function toolIn(tool: Json, name: string): ToolUse {
  return {
    callId: textIn(tool['callId'] ?? '', `${name}.callId`, 200),
    name: textIn(tool['name'], `${name}.name`, 200),
    arguments: jsonIn(objectIn(tool['arguments'] ?? {}, `${name}.arguments`), name),
    content: textIn(tool['content'] ?? '', `${name}.content`, MAX_CONTENT),
    durationMs: countIn(tool['durationMs'] ?? 0, `${name}.durationMs`),
    error: optional(tool['error'], (one) => textIn(one, `${name}.error`, 10_000)),
  };
}

function locationIn(location: Json, name: string): PassageLocation {
  const { sheet } = location;
  return {
    unit: choiceIn(location['unit'], `${name}.unit`, ['page', 'slide', 'row'] as const),
    from: countIn(location['from'], `${name}.from`),
    to: countIn(location['to'], `${name}.to`),
    ...(absent(sheet) ? {} : { sheet: textIn(sheet, `${name}.sheet`, 500) }),
  };
}

function costIn(value: unknown, name: string): string {
  const written = typeof value === 'number' ? value.toFixed(8) : value;
  if (typeof written !== 'string' || !/^\d{1,6}(\.\d{1,8})?$/.test(written))
    throw new LineRefused(`${name} is no amount of up to six digits before the point and eight after it`);
  return written;
}
