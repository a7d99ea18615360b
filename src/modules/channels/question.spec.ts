import { describe, expect, it } from '@jest/globals';
import { InvalidFields } from '#common/errors';
import { conversationIdIn, questionIn } from './question.js';

const user = (content: unknown): { role: string; content: string } => ({
  role: 'user',
  content: content as string,
});

function fieldOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof InvalidFields ? error.details.fields?.[0]?.path : 'something else';
  }
}

describe('questionIn', () => {
  it('finds the last message, as it was said', () => {
    const messages = [{ role: 'system', content: 'Be brief.' }, user('One?'), user(' Two?\n')];

    expect(questionIn(messages)).toBe(' Two?\n');
  });

  it('puts pieces together', () => {
    const parts = [
      { type: 'text', text: 'How ' },
      { type: 'text', text: 'long?' },
    ];

    expect(questionIn([user(parts)])).toBe('How long?');
  });

  it('counts characters, not halves of them', () => {
    expect(questionIn([user('\u{1f600}'.repeat(16_000))])).toHaveLength(32_000);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['blanks', ' \n\t'],
    ['no pieces', []],
    ['a picture beside a text', [{ type: 'text', text: 'What is it?' }, { type: 'image_url' }]],
    ['NUL', 'a\0b'],
    ['half a character', 'a\ud800b'],
    ['more than a bot takes', 'x'.repeat(16_001)],
  ])('refuses %s', (_, content) => {
    expect(fieldOf(() => questionIn([user('First?'), user(content)]))).toBe('messages.1.content');
  });

  it('refuses messages that end otherwise', () => {
    expect(fieldOf(() => questionIn([user('One?'), { role: 'assistant', content: 'Yes.' }]))).toBe(
      'messages',
    );
    expect(fieldOf(() => questionIn([]))).toBe('messages');
  });
});

describe('conversationIdIn', () => {
  it.each([undefined, null, ''])('takes %j for nothing', (named) => {
    expect(conversationIdIn(named)).toBeUndefined();
  });

  it('refuses what is no text', () => {
    expect(fieldOf(() => conversationIdIn({ $ne: null }))).toBe('metadata.conversation_id');
  });
});
