import { TextDecoder } from 'node:util';

/** Reads a `text/event-stream` body as `{event, data}`, with `data` parsed; comments are skipped. */
export async function* serverSentEvents(body) {
  const decoder = new TextDecoder();
  let unread = '';
  for await (const bytes of body) {
    unread += decoder.decode(bytes, { stream: true });
    const frames = unread.split(/\r?\n\r?\n/);
    unread = frames.pop();
    for (const frame of frames) {
      const event = parseFrame(frame);
      if (event) yield event;
    }
  }
}

function parseFrame(frame) {
  const lines = frame.split(/\r?\n/);
  const valuesOf = (field) =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).trim());
  const data = valuesOf('data').join('\n');
  return data === '' ? null : { event: valuesOf('event').at(-1) ?? 'message', data: JSON.parse(data) };
}
