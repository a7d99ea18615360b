import {
  type ChatEvent,
  type ChatMessage,
  ChatModel,
  type ChatRequest,
  textOf,
} from '../../ports/chat-model.port.js';
import { type AskedQuestion, type SelectedSentence, selectSentences } from './sentence-selection.js';

const NOTHING_FOUND = 'I found nothing about that in my sources.';
const INTRODUCTION =
  'I am an extractive model: I quote the sentences of my sources that fit a question best, and add nothing of my own.';
const ASKS_WHO_I_AM =
  /^\W*(?:(?:hi|hello|hey)\W+)?(?:who|what) (?:exactly )?(?:are|r) (?:you|u)\W*$|^\W*are you (?:an? )?(?:ai|bot|chatbot|robot|human|person|machine|real|llm|language model|chatgpt)\b[\w\s]*\W*$|^\W*(?:what|which) (?:ai |language )?model are you\W*$/i;

/** Answers with the sentences of the sources that fit best, quoted as they stand and cited. Calls nobody, costs nothing. */
export class LocalChatModel extends ChatModel {
  readonly provider = 'local';

  async *stream(request: ChatRequest): AsyncIterable<ChatEvent> {
    for (const text of answerOf(request)) {
      // Lets others have their turn, and an abort come through, between two sentences.
      await new Promise(setImmediate);
      request.signal.throwIfAborted();
      yield { type: 'text', text };
    }
    request.signal.throwIfAborted();
    yield { type: 'finish', reason: 'stop' };
  }
}

function answerOf({ messages, sources, supported }: ChatRequest): string[] {
  const question = questionOf(messages);
  if (ASKS_WHO_I_AM.test(question.text)) return [INTRODUCTION];
  const sentences = supported ? selectSentences(question, sources) : [];
  if (sentences.length === 0) return [NOTHING_FOUND];
  return sentences.map((sentence, place) => `${place > 0 ? '\n\n' : ''}${cited(sentence)}`);
}

/** What follows the sentence is cited by itself, so that the sentence is what is quoted. */
function cited({ text, index, before, after }: SelectedSentence): string {
  return [before, `${text} [${index}]`, after && `${after} [${index}]`].filter(Boolean).join(' ');
}

function questionOf(messages: readonly ChatMessage[]): AskedQuestion {
  const asked = messages.filter(({ role }) => role === 'user').map(({ content }) => textOf(content));
  const before = asked.at(-2);
  return { text: asked.at(-1) ?? '', ...(before === undefined ? {} : { before }) };
}
