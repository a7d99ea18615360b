import { describe, expect, it } from '@jest/globals';
import type { ChatMessage, ChatRequest, ChatSource } from '../../ports/chat-model.port.js';
import { LocalChatModel } from './local.chat-model.js';

const MUSEUM: ChatSource = {
  index: 1,
  title: 'Visit',
  text: '# Visit\n\nThe museum opens at nine. Tickets cost ten euros. Children under six get in free.\n\n- Dogs must stay outside.',
  score: 0.6,
};
const SHOP: ChatSource = {
  index: 2,
  title: 'Shop',
  text: 'The shop sells books and posters. Posters cost five euros.',
  score: 0.4,
};

async function answer(
  question: string | readonly ChatMessage[],
  overrides: Partial<ChatRequest> = {},
): Promise<string[]> {
  const messages = typeof question === 'string' ? [{ role: 'user' as const, content: question }] : question;
  const events = new LocalChatModel().stream({
    ...{ model: 'extractive', instructions: '', messages, sources: [MUSEUM, SHOP], supported: true },
    signal: new AbortController().signal,
    ...overrides,
  });
  const texts: string[] = [];
  for await (const event of events) if (event.type === 'text') texts.push(event.text);
  return texts;
}

describe('the local chat model', () => {
  it('quotes the sentence that answers, as it stands, with its source', async () => {
    const [first] = await answer('When does the museum open?');

    expect(first).toBe('The museum opens at nine. [1]');
  });

  it('quotes a sentence together with what it leans on, and what leans on it', async () => {
    const text =
      'The club was founded in 1901. It moved to Jacksonville in 1920. Its fans came along. Tickets are sold online.';
    const [first] = await answer('When did the club move to Jacksonville?', {
      sources: [{ ...MUSEUM, text }],
    });

    expect(first).toBe(
      'The club was founded in 1901. It moved to Jacksonville in 1920. [1] Its fans came along. [1]',
    );
  });

  it('does not join sentences of different paragraphs', async () => {
    const text = 'Dogs bark.\n\nIt moved to Jacksonville in 1920.\n\n- This is a list.';
    const [first] = await answer('When did the club move to Jacksonville?', {
      sources: [{ ...MUSEUM, text }],
    });

    expect(first).toBe('It moved to Jacksonville in 1920. [1]');
  });

  it('says nothing that is not in a source', async () => {
    const texts = await answer('How much do tickets and posters cost?');

    for (const text of texts) {
      const [, sentence = '', index] = /^\s*(.+) \[(\d)\]$/s.exec(text) ?? [];
      const source = index === '1' ? MUSEUM : SHOP;
      expect(source.text).toContain(sentence);
    }
    expect(texts.join('')).toContain('Tickets cost ten euros. [1]');
    expect(texts.join('')).toContain('Posters cost five euros. [2]');
  });

  it('declines when the search found no support', async () => {
    expect(await answer('When does the museum open?', { supported: false })).toEqual([
      'I found nothing about that in my sources.',
    ]);
  });

  it('declines when no sentence is about the question', async () => {
    const texts = await answer('Who painted the ceiling of the Sistine Chapel?');

    expect(texts).toEqual(['I found nothing about that in my sources.']);
  });

  it('declines without sources and without a question', async () => {
    expect(await answer('When does it open?', { sources: [] })).toEqual([
      'I found nothing about that in my sources.',
    ]);
    expect(await answer([])).toEqual(['I found nothing about that in my sources.']);
  });

  it('understands a follow-up by the question before it', async () => {
    const [first] = await answer([
      { role: 'user', content: 'Do you sell posters?' },
      { role: 'assistant', content: 'The shop sells books and posters. [2]' },
      { role: 'user', content: 'How much do they cost?' },
    ]);

    expect(first).toBe('Posters cost five euros. [2]');
  });

  it.each(['Who are you?', 'What are you', 'Are you a bot?', 'hi, who are you?', 'Are you ChatGPT?'])(
    'says what it is when asked "%s"',
    async (question) => {
      const texts = await answer(question, { supported: false });

      expect(texts.join('')).toMatch(/^I am an extractive model/);
    },
  );

  it('does not take a question about somebody else for one about itself', async () => {
    expect((await answer('What are your opening hours at the museum?')).join('')).not.toMatch(/extractive/);
  });

  it('says each sentence once', async () => {
    const twin = { ...MUSEUM, index: 3 };

    const texts = await answer('When does the museum open?', { sources: [MUSEUM, twin] });

    expect(texts.filter((text) => text.includes('opens at nine'))).toHaveLength(1);
  });

  it('stops in the middle when aborted', async () => {
    const controller = new AbortController();
    const events = new LocalChatModel().stream({
      ...{ model: 'extractive', instructions: '', sources: [MUSEUM, SHOP], supported: true },
      messages: [{ role: 'user', content: 'How much do tickets and posters cost?' }],
      signal: controller.signal,
    });
    const iterator = events[Symbol.asyncIterator]();
    await iterator.next();

    controller.abort(new Error('gone'));

    await expect(iterator.next()).rejects.toThrow('gone');
  });

  it('answers from very long sources in good time', async () => {
    const text = 'The museum opens at nine, they say. '.repeat(2_000);
    const started = performance.now();

    await answer('When does the museum open? '.repeat(100), { sources: [{ ...MUSEUM, text }] });

    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
