import type { Content, Part, Tool } from '@google/genai/web';
import {
  type ChatMessage,
  type ChatRequest,
  type Content as Said,
  textOf,
  type ToolCall,
  type ToolDeclaration,
} from '../../ports/chat-model.port.js';
import { inertText } from '../../prompt.js';

interface Turn extends Content {
  readonly role: 'user' | 'model';
  readonly parts: Part[];
}

/** Signatures of other providers look otherwise. */
const GEMINI_SIGNATURE = /^[\w+/=-]+$/;
/** Models that take calls without a signature. */
const TRUSTING_MODEL = /gemini-[12]\b|gemma/;
/** In place of the signature of a call that another model made: https://ai.google.dev/gemini-api/docs/thought-signatures */
const NO_SIGNATURE = 'skip_thought_signature_validator';

/**
 * The conversation as the API takes it: the user speaks first, roles alternate, results of tools come from the user, all
 * of one answer's in one turn, and no text is blank.
 */
export function contentsOf({ messages, model }: Pick<ChatRequest, 'messages' | 'model'>): Turn[] {
  const turns: Turn[] = [];
  const begin = messages.findIndex(({ role }) => role === 'user');
  for (const message of messages.slice(Math.max(begin, 0))) {
    const role = message.role === 'assistant' ? 'model' : 'user';
    const parts = partsOf(message, model);
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) turns.push({ role, parts });
  }
  return turns;
}

/** Tools in the form of the Gemini API. */
export function toolsOf(tools: readonly ToolDeclaration[]): Tool[] {
  const functionDeclarations = tools.map(({ name, description, parameters }) => ({
    ...{ name, description },
    parametersJsonSchema: parameters,
  }));
  return [{ functionDeclarations }];
}

function partsOf(message: ChatMessage, model: string): Part[] {
  if (message.role === 'tool') return [resultPart(message)];
  const texts = textParts(message.content);
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  // Of calls that were made together, the model signs the first.
  const isSigned = (index: number): boolean => index === 0 && !TRUSTING_MODEL.test(model);
  return [...texts, ...calls.map((call, index) => callPart(call, isSigned(index)))];
}

function textParts(content: Said): Part[] {
  const text = inertText(textOf(content));
  return text.trim() === '' ? [] : [{ text }];
}

function callPart({ id, name, arguments: args, signature }: ToolCall, isSigned: boolean): Part {
  const functionCall = { id, name, args: { ...args } };
  if (signature && GEMINI_SIGNATURE.test(signature)) return { functionCall, thoughtSignature: signature };
  return { functionCall, ...(isSigned ? { thoughtSignature: NO_SIGNATURE } : {}) };
}

function resultPart({
  toolCallId: id,
  name,
  content,
  isError,
}: Extract<ChatMessage, { role: 'tool' }>): Part {
  const text = inertText(content);
  return { functionResponse: { id, name, response: isError ? { error: text } : { output: text } } };
}
