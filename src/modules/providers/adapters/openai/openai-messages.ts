import type { OpenAI } from 'openai';
import {
  type ChatMessage,
  type ChatRequest,
  textOf,
  type ToolDeclaration,
} from '../../ports/chat-model.port.js';
import { inertText, renderSystemPrompt } from '../../prompt.js';

type Message = OpenAI.ChatCompletionMessageParam;

/** The system message, the conversation and what tools have answered, in the form of Chat Completions. */
export function messagesOf(request: ChatRequest): Message[] {
  return [{ role: 'system', content: renderSystemPrompt(request) }, ...request.messages.map(messageOf)];
}

function messageOf(message: ChatMessage): Message {
  const content = inertText(textOf(message.content));
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.toolCallId, content };
  if (message.role === 'user') return { role: 'user', content };
  const calls = message.toolCalls ?? [];
  return {
    role: 'assistant',
    content,
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map(({ id, name, arguments: args }) => ({
            ...{ id, type: 'function' as const },
            function: { name, arguments: JSON.stringify(args) },
          })),
        }),
  };
}

/** Tools in the form of Chat Completions. */
export function toolsOf(tools: readonly ToolDeclaration[]): OpenAI.ChatCompletionFunctionTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters: { ...parameters } },
  }));
}
