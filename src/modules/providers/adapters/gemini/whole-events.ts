const BLANK_LINE = /\n\n|\r\r|\r\n\r\n/;
const LONGEST_BLANK_LINE = 4;

/**
 * Hands the bytes of an event stream on when an event is whole. With each packet that it is given the SDK searches all
 * that it holds of an event, so that long events in small packets would keep the process busy for seconds.
 */
export function wholeEvents(): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = [];
  let tail = '';
  return new TransformStream({
    transform(packet, controller) {
      held.push(packet);
      const text = tail + Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength).toString('latin1');
      tail = text.slice(1 - LONGEST_BLANK_LINE);
      if (!BLANK_LINE.test(text)) return;
      controller.enqueue(Buffer.concat(held));
      held = [];
    },
    flush(controller) {
      if (held.length > 0) controller.enqueue(Buffer.concat(held));
    },
  });
}
