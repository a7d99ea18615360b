import type { OpenAI } from 'openai';
import {
  type ChatMessage,
  type ChatRequest,
  textOf,
  type ToolCall,
  type ToolDeclaration,
} from '../../ports/chat-model.port.js';
import { inertText } from '../../prompt.js';
import { reasoningBefore } from './reasoning-record.js';

type Item = OpenAI.Responses.ResponseInputItem;

/** The conversation and what tools have answered, in the form of the Responses API. */
export function inputOf({ messages, model }: Pick<ChatRequest, 'messages' | 'model'>): Item[] {
  return messages.flatMap((message) => itemsOf(message, model));
}

/** Tools in the form of the Responses API. Their schemas are their makers', so no strictness is asked for. */
export function responseToolsOf(tools: readonly ToolDeclaration[]): OpenAI.Responses.FunctionTool[] {
  return tools.map(({ name, description, parameters }) => ({
    ...{ type: 'function', name, description, strict: false },
    parameters: { ...parameters },
  }));
}

/** An answer in the order in which it came about: its text, then each call after the reasoning that led to it. */
function itemsOf(message: ChatMessage, model: string): Item[] {
  const content = inertText(textOf(message.content));
  if (message.role === 'tool')
    return [{ type: 'function_call_output', call_id: message.toolCallId, output: content }];
  if (message.role === 'user') return [{ role: 'user', content }];
  const said: Item[] = content.trim() === '' ? [] : [{ role: 'assistant', content }];
  const calls = message.toolCalls ?? [];
  return [...said, ...calls.flatMap((call) => [...reasoningBefore(call, model), callOf(call)])];
}

function callOf({ id, name, arguments: args }: ToolCall): OpenAI.Responses.ResponseFunctionToolCall {
  return { type: 'function_call', call_id: id, name, arguments: JSON.stringify(args) };
}
