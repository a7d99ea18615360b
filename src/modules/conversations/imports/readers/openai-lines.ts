import { createHash } from 'node:crypto';
import {
  type FoundLine,
  type ImportedConversation,
  type ImportedMessage,
  MAX_MESSAGES,
} from '../conversation-import.types.js';
import { readLines } from './colloquy-lines.js';
import {
  absent,
  isObject,
  type Json,
  jsonIn,
  LineRefused,
  listIn,
  objectIn,
  textIn,
  timeIn,
} from './fields.js';

const MAX_CONTENT = 1_000_000;

/** Reads lines of `{"messages": [{"role", "content"}]}`, as OpenAI's tools write and take them. */
export async function* openAiLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FoundLine> {
  yield* readLines(bytes, conversationIn);
}

function conversationIn(line: Json, text: string, number: number): ImportedConversation {
  const user = line['user'] ?? line['user_id'] ?? line['externalUserId'];
  const messages = listIn(line['messages'], 'messages', MAX_MESSAGES).flatMap((message, index) =>
    messageIn(message, `messages.${String(index)}`),
  );
  if (messages.length === 0) throw new LineRefused('messages holds nothing that a user or an assistant said');
  const createdAt = timeOf(line) ?? messages[0]?.createdAt;
  const id = line['id'] ?? line['conversation_id'];
  return {
    // Without an id it is known by what it says, and by its place: two may say the same.
    sourceKey: createHash('sha256')
      .update(
        absent(id)
          ? `${String(number)}:${text}`
          : textIn(typeof id === 'number' ? id.toString() : id, 'id', 500),
      )
      .digest('hex'),
    externalUserId: absent(user) ? null : textIn(user, 'user', 200),
    metadata: isObject(line['metadata']) ? jsonIn(line['metadata'], 'metadata') : {},
    ...(createdAt ? { createdAt } : {}),
    messages,
  };
}

const TIMES = ['created_at', 'created', 'create_time', 'createdAt', 'timestamp'];

/** The first of the names that tools give it. @throws LineRefused */
function timeOf(said: Json, path = ''): ImportedMessage['createdAt'] {
  const name = TIMES.find((one) => !absent(said[one]));
  return name === undefined ? undefined : timeIn(said[name], `${path}${name}`);
}

/** What tells the model how to answer is no part of what was said; a call of a tool says nothing by itself. */
function messageIn(value: unknown, name: string): ImportedMessage[] {
  const message = objectIn(value, name);
  const content = contentIn(message['content'], `${name}.content`);
  const at = timeOf(message, `${name}.`);
  const createdAt = at ? { createdAt: at } : {};
  switch (message['role']) {
    case 'system':
    case 'developer':
      return [];
    case 'user':
      return [{ role: 'user', content, ...createdAt }];
    case 'assistant':
      return content === '' ? [] : [{ role: 'assistant', content, ...createdAt }];
    case 'tool':
    case 'function':
      return [{ role: 'tool', content, ...createdAt, tool: toolIn(message, content, name) }];
    default:
      throw new LineRefused(`${name}.role is none of system, developer, user, assistant, tool, function`);
  }
}

function toolIn(message: Json, content: string, name: string): NonNullable<ImportedMessage['tool']> {
  const text = (field: string): string =>
    absent(message[field]) ? '' : textIn(message[field], `${name}.${field}`, 200);
  return {
    ...{ callId: text('tool_call_id'), name: text('name') || 'tool' },
    ...{ arguments: {}, content, durationMs: 0, error: null },
  };
}

function contentIn(value: unknown, name: string): string {
  if (absent(value)) return '';
  if (!Array.isArray(value)) return textIn(value, name, MAX_CONTENT);
  const parts = (value as unknown[]).flatMap((part) =>
    isObject(part) && typeof part['text'] === 'string' ? [part['text']] : [],
  );
  return textIn(parts.join('\n'), name, MAX_CONTENT);
}
