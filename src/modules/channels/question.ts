import { length } from 'class-validator';
import { InvalidFields } from '#common/errors';
import { isStorableText } from '#common/validation';
import type { EarlierMessage } from '#modules/conversations';

/** As long as a message to a bot may be on any way. */
const MAX_LENGTH = 16_000;

/** A message as clients of OpenAI send it. */
interface SentMessage {
  readonly role: string;
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[] | null;
}

/** The question in a list of messages, which the last one must be. @throws InvalidFields */
export function questionIn(messages: readonly SentMessage[]): string {
  const position = messages.length - 1;
  const { role, content } = messages[position] ?? { role: 'nobody' };
  if (role !== 'user') refuse('messages', 'must end with a message of role user');
  const path = `messages.${position}.content`;
  if (typeof content !== 'string' && content?.some(({ type }) => type !== 'text'))
    refuse(path, 'must be text: this model takes no other parts');
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('');
  if (!/\S/.test(text)) refuse(path, 'must not be blank');
  if (!isStorableText(text)) refuse(path, 'must not hold NUL or unpaired surrogates');
  if (!length(text, 1, MAX_LENGTH)) refuse(path, `must be shorter than or equal to ${MAX_LENGTH} characters`);
  return text;
}

/** What was said before the question, by the client's own records; the bot's instructions are not the client's to set. */
export function earlierIn(messages: readonly SentMessage[]): EarlierMessage[] {
  return messages.slice(0, -1).flatMap(({ role, content }): EarlierMessage[] => {
    if (role !== 'user' && role !== 'assistant') return [];
    const said =
      typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('');
    return said.trim() === '' ? [] : [{ role, content: said.replaceAll('\0', '').toWellFormed() }];
  });
}

/** What `metadata.conversation_id` names; nothing where it is left out or empty. @throws InvalidFields */
export function conversationIdIn(named: unknown): string | undefined {
  if (named === undefined || named === null || named === '') return undefined;
  if (typeof named !== 'string') refuse('metadata.conversation_id', 'must be a text');
  return named;
}

function refuse(path: string, message: string): never {
  throw new InvalidFields([{ path, message }]);
}
