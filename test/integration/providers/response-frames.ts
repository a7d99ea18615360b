/** An event of the Responses API, or what stands in place of its JSON. */
export type ResponseFrame = { readonly type: string } | string;

/** Frames of the Responses API: objects as named events, texts as they are. */
export function responseWire(...events: readonly ResponseFrame[]): string {
  return events
    .map((event) =>
      typeof event === 'string'
        ? `data: ${event}\n\n`
        : `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    )
    .join('');
}

export const CREATED = { type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } };

export function textDelta(delta: string) {
  return { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta };
}

export function itemDone(outputIndex: number, item: object) {
  return { type: 'response.output_item.done', output_index: outputIndex, item };
}

export function calledTool(callId: string, name: string, json: string) {
  return { type: 'function_call', id: `fc_${callId}`, call_id: callId, name, arguments: json };
}

export function completed(response: object = { usage: { input_tokens: 30, output_tokens: 4 } }) {
  return { type: 'response.completed', response: { id: 'resp_1', status: 'completed', ...response } };
}

export function incomplete(reason: string) {
  const response = { id: 'resp_1', status: 'incomplete', incomplete_details: { reason } };
  return { type: 'response.incomplete', response };
}

export function failed(code: string, message: string) {
  return { type: 'response.failed', response: { id: 'resp_1', status: 'failed', error: { code, message } } };
}
