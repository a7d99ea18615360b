import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboundClient } from '#common/http';
import { AnthropicChatModel } from '../../src/modules/providers/adapters/anthropic/anthropic.chat-model.js';
import { GeminiChatModel } from '../../src/modules/providers/adapters/gemini/gemini.chat-model.js';
import { OpenAiChatModel } from '../../src/modules/providers/adapters/openai/openai.chat-model.js';
import type { ProviderAccount } from '../../src/modules/providers/adapters/shared/provider-account.js';
import type { ChatPatience } from '../../src/modules/providers/call-clock.js';
import type { ChatModel } from '../../src/modules/providers/ports/chat-model.port.js';
import * as anthropic from '../integration/providers/anthropic-frames.js';
import * as gemini from '../integration/providers/gemini-frames.js';
import * as responses from '../integration/providers/response-frames.js';
import * as openai from '../integration/providers/scripted-server.js';
import type { PutModelOverrideDto } from './generated/api.js';
import type { Script, SeenRequest } from '../integration/providers/scripted-server.js';

/** How one provider says what every provider can say, as it is on the wire, and the adapter that listens to it. */
export interface ProviderDialect {
  readonly provider: PutModelOverrideDto['provider'];
  /** What a workspace has to say of its models for it to be spoken. */
  readonly api?: PutModelOverrideDto['api'];
  listener(account: ProviderAccount, outbound: OutboundClient, patience: ChatPatience): ChatModel;
  /** Which model a request is for. */
  modelIn(request: SeenRequest): string;
  /** What comes before the first text. */
  readonly opening: string;
  says(text: string): string;
  /** The reason why an answer ends, after which the server may have more to tell. */
  readonly finishes: string;
  /** What ends an answer; with it, 30 tokens have been read and 4 written. */
  readonly ending: string;
  /** By which a server that has nothing to say yet shows that it is there. */
  readonly stillHere: string;
  /** An event of which this stands where JSON should. */
  garbles(text: string): string;
  /** A failure of the provider's own, in the middle of a stream. */
  fails(message: string): string;
  refuses(status: number, message: string, headers?: Record<string, string>): Script;
}

const chatCompletions = {
  modelIn: ({ body }: SeenRequest) => String(body['model']),
  opening: '',
  says: (text: string) => openai.frames(openai.textChunk(text)),
  finishes: openai.frames(openai.finishChunk()),
  ending: openai.frames(openai.finishChunk(), openai.usageChunk(30, 4), '[DONE]'),
  stillHere: ': still here\n\n',
  garbles: (text: string) => openai.frames(text),
  fails: (message: string) => openai.frames({ error: { message, type: 'server_error' } }),
  refuses: (status: number, message: string, headers: Record<string, string> = {}) =>
    openai.refuses(status, { message, type: kindOf(status, 'rate_limit_exceeded', 'server_error') }, headers),
};

const openAi: ProviderDialect = {
  ...chatCompletions,
  provider: 'openai',
  listener: (account, outbound, patience) => new OpenAiChatModel(account, outbound, patience),
};

const openAiCompatible: ProviderDialect = {
  ...chatCompletions,
  provider: 'openai-compatible',
  listener: (account, outbound, patience) =>
    new OpenAiChatModel(account, outbound, patience, { provider: 'openai-compatible' }),
};

const responsesApi: ProviderDialect = {
  ...chatCompletions,
  provider: 'azure-openai',
  api: 'responses',
  listener: (account, outbound, patience) =>
    new OpenAiChatModel(account, outbound, patience, { provider: 'azure-openai' }),
  opening: responses.responseWire(responses.CREATED),
  says: (text) => responses.responseWire(responses.textDelta(text)),
  finishes: responses.responseWire(responses.completed()),
  ending: responses.responseWire(responses.completed()),
  garbles: (text) => responses.responseWire(text),
  fails: (message) => responses.responseWire(responses.failed('server_error', message)),
};

const messagesApi: ProviderDialect = {
  provider: 'anthropic',
  listener: (account, outbound, patience) => new AnthropicChatModel(account, outbound, patience),
  modelIn: ({ body }) => String(body['model']),
  opening: anthropic.wireOf([
    anthropic.messageStart(),
    anthropic.blockStart(0, { type: 'text', text: '' }),
    anthropic.PING,
  ]),
  says: (text) => anthropic.wireOf([anthropic.blockDelta(0, { type: 'text_delta', text })]),
  finishes: anthropic.wireOf([anthropic.blockStop(0), anthropic.messageDelta('end_turn')]),
  ending: anthropic.wireOf([anthropic.blockStop(0), ...anthropic.ending()]),
  stillHere: anthropic.wireOf([anthropic.PING]),
  garbles: (text) => `event: content_block_delta\ndata: ${text}\n\n`,
  fails: (message) => anthropic.wireOf([anthropic.errorFrame('overloaded_error', message)]),
  refuses: (status, message, headers) =>
    anthropic.errs(status, kindOf(status, 'rate_limit_error', 'overloaded_error'), message, headers),
};

const geminiApi: ProviderDialect = {
  provider: 'gemini',
  listener: (account, outbound, patience) => new GeminiChatModel(account, outbound, patience),
  modelIn: ({ path }) => /\/models\/([^:]+):/.exec(path)?.[1] ?? '',
  opening: '',
  says: (text) => gemini.wireOf([gemini.textPiece(text)]),
  finishes: gemini.wireOf([gemini.finishPiece()]),
  ending: gemini.wireOf([gemini.finishPiece()]),
  stillHere: ': still here\r\n\r\n',
  garbles: (text) => `data: ${text}\r\n\r\n`,
  fails: (message) => gemini.wireOf([gemini.errorBody(503, 'UNAVAILABLE', message)]),
  refuses: (status, message, headers) =>
    gemini.errs(
      status,
      gemini.errorBody(status, kindOf(status, 'RESOURCE_EXHAUSTED', 'UNAVAILABLE'), message),
      headers,
    ),
};

/** Every protocol that we speak, and the compatible one under its own name. */
export const DIALECTS: readonly ProviderDialect[] = [
  openAi,
  responsesApi,
  messagesApi,
  geminiApi,
  openAiCompatible,
];

/** A whole stream of this. */
export function sends(...wire: readonly string[]): Script {
  return anthropic.sends(...wire);
}

/** A stream that stays open after this. */
export function sendsAndHangs(...wire: readonly string[]): Script {
  return anthropic.sendsAndHangs(...wire);
}

/** A stream whose connection breaks after this. */
export function sendsAndBreaks(...wire: readonly string[]): Script {
  return anthropic.sendsAndBreaks(...wire);
}

/** A stream of these parts, each some time after the one before. */
export function sendsSlowly(pauseMs: number, ...wire: readonly string[]): Script {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of wire) {
      response.write(part);
      await sleep(pauseMs);
    }
    response.end();
  };
}

/** A whole stream of this, of which this character comes in two packets. */
export function sendsSplitAt(character: string, ...wire: readonly string[]): Script {
  const bytes = Buffer.from(wire.join(''));
  const middle = bytes.indexOf(character) + 2;
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(bytes.subarray(0, middle));
    setTimeout(() => response.end(bytes.subarray(middle)), 20);
  };
}

function kindOf(status: number, limited: string, failed: string): string {
  return status === 429 ? limited : failed;
}
