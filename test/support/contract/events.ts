import { createParser, type EventSourceParser } from 'eventsource-parser';

/** One event of a stream. */
export interface StreamedEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Calls `onEvent` for each event in the text that it is fed. */
export function eventParser(onEvent: (event: StreamedEvent) => void): EventSourceParser {
  return createParser({
    onEvent: ({ event, data }) => {
      onEvent({ event: event ?? 'message', data: JSON.parse(data) as StreamedEvent['data'] });
    },
  });
}

/** The events in the text of a stream. */
export function eventsIn(text: string): StreamedEvent[] {
  const events: StreamedEvent[] = [];
  eventParser((event) => events.push(event)).feed(text);
  return events;
}
