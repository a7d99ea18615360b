import type { Script } from './scripted-server.js';

/** An event of a Messages API stream. */
export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Frames as they are on the wire; texts stand as they are. */
export function wireOf(frames: readonly (Frame | string)[]): string {
  return frames
    .map((frame) =>
      typeof frame === 'string' ? frame : `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`,
    )
    .join('');
}

export function messageStart(usage: object = { input_tokens: 30, output_tokens: 1 }): Frame {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [], stop_reason: null, usage };
  return { type: 'message_start', message };
}

export function blockStart(index: number, block: object): Frame {
  return { type: 'content_block_start', index, content_block: block };
}

export function blockDelta(index: number, delta: object): Frame {
  return { type: 'content_block_delta', index, delta };
}

export function blockStop(index: number): Frame {
  return { type: 'content_block_stop', index };
}

/** A whole block of text, in these pieces. */
export function textBlock(index: number, ...pieces: readonly string[]): Frame[] {
  return [
    blockStart(index, { type: 'text', text: '' }),
    ...pieces.map((text) => blockDelta(index, { type: 'text_delta', text })),
    blockStop(index),
  ];
}

/** A whole tool call whose arguments come in these pieces. */
export function toolBlock(index: number, id: string, name: string, ...pieces: readonly string[]): Frame[] {
  return [
    blockStart(index, { type: 'tool_use', id, name, input: {} }),
    ...pieces.map((json) => blockDelta(index, { type: 'input_json_delta', partial_json: json })),
    blockStop(index),
  ];
}

/** A whole block of thinking. */
export function thinkingBlock(index: number, signature: string, ...pieces: readonly string[]): Frame[] {
  return [
    blockStart(index, { type: 'thinking', thinking: '', signature: '' }),
    ...pieces.map((thinking) => blockDelta(index, { type: 'thinking_delta', thinking })),
    blockDelta(index, { type: 'signature_delta', signature }),
    blockStop(index),
  ];
}

export function messageDelta(reason: string, usage: object = { output_tokens: 4 }): Frame {
  return { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage };
}

export const PING: Frame = { type: 'ping' };
export const MESSAGE_STOP: Frame = { type: 'message_stop' };

/** What ends an answer. */
export function ending(reason = 'end_turn', usage?: object): Frame[] {
  return [messageDelta(reason, usage), MESSAGE_STOP];
}

/** A whole answer of this text. */
export function answerOf(...pieces: readonly string[]): Frame[] {
  return [messageStart(), ...textBlock(0, ...pieces), ...ending()];
}

/** An error in the middle of a stream. */
export function errorFrame(type: string, message = 'Something went wrong'): Frame {
  return { type: 'error', error: { type, message } };
}

/** A whole stream of these frames. */
export function sends(...frames: readonly (Frame | string)[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.end(wireOf(frames));
  };
}

/** A stream that stays open after these frames. */
export function sendsAndHangs(...frames: readonly (Frame | string)[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    response.write(wireOf(frames));
  };
}

/** A stream whose connection breaks after these frames. */
export function sendsAndBreaks(...frames: readonly (Frame | string)[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(wireOf(frames), () => setTimeout(() => response.destroy(), 20));
  };
}

/** An answer of Anthropic's error format. */
export function errs(
  status: number,
  type: string,
  message = 'Something went wrong',
  headers: Record<string, string> = {},
): Script {
  return (response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'request-id': 'req_011CS',
      ...headers,
    });
    response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_011CS' }));
  };
}
