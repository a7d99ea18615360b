import type { Anthropic } from '@anthropic-ai/sdk';
import {
  type ChatMessage,
  type ChatRequest,
  type Content,
  textOf,
  type ToolCall,
  type ToolDeclaration,
} from '../../ports/chat-model.port.js';
import { inertText, systemPromptOf } from '../../prompt.js';
import { thinkingBefore } from './thinking-record.js';

type Block = Anthropic.ContentBlockParam;
type Spoken<Role> = Extract<ChatMessage, { role: Role }>;

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
}

/** The system message. What is the same for every question to a bot, and the tools before it, may be kept in the cache. */
export function systemOf(request: ChatRequest): Anthropic.TextBlockParam[] {
  const { stable, variable } = systemPromptOf(request);
  return [
    { type: 'text', text: stable, cache_control: { type: 'ephemeral' } },
    { type: 'text', text: variable },
  ];
}

/**
 * The conversation as the API takes it: the user speaks first, roles alternate, results of tools come from the user, all
 * of one answer's in one message, and no text is blank.
 */
export function messagesOf({ messages, model }: Pick<ChatRequest, 'messages' | 'model'>): Message[] {
  const merged: Message[] = [];
  const begin = messages.findIndex(({ role }) => role === 'user');
  for (const message of messages.slice(Math.max(begin, 0))) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = blocksOf(message, model);
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) merged.push({ role, content });
  }
  return merged;
}

/** Tools in the form of the Messages API. */
export function toolsOf(tools: readonly ToolDeclaration[]): Anthropic.Tool[] {
  return tools.map(({ name, description, parameters }) => ({
    ...{ name, description },
    input_schema: { ...parameters, type: 'object' },
  }));
}

function blocksOf(message: ChatMessage, model: string): Block[] {
  if (message.role === 'tool') return [resultBlock(message)];
  return message.role === 'user' ? textBlocks(message.content) : answerBlocks(message, model);
}

/** In the order of the API: first the thinking, then the text, then what it led to. */
function answerBlocks({ content, toolCalls = [] }: Spoken<'assistant'>, model: string): Block[] {
  const [first, ...others] = toolCalls;
  return [
    ...(first ? thinkingBefore(first, model) : []),
    ...textBlocks(content),
    ...(first ? [callBlock(first)] : []),
    ...others.flatMap((call) => [...thinkingBefore(call, model), callBlock(call)]),
  ];
}

function textBlocks(content: Content): Anthropic.TextBlockParam[] {
  const text = inertText(textOf(content));
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function callBlock({ id, name, arguments: input }: ToolCall): Anthropic.ToolUseBlockParam {
  return { type: 'tool_use', id, name, input };
}

function resultBlock({ toolCallId, content, isError }: Spoken<'tool'>): Anthropic.ToolResultBlockParam {
  const blocks = textBlocks(content);
  return {
    ...{ type: 'tool_result', tool_use_id: toolCallId },
    ...(blocks.length === 0 ? {} : { content: blocks }),
    ...(isError ? { is_error: true } : {}),
  };
}
