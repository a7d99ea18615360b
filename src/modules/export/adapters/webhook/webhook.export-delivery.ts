import { createHmac } from 'node:crypto';
import { InvalidFields } from '#common/errors';
import { type OutboundClient, OutboundError } from '#common/http';
import type { Clock } from '#common/time';
import { DeliveryFailed } from '../../delivery.errors.js';
import { type Delivered, ExportDelivery, type WebhookTarget } from '../../ports/export-delivery.port.js';

const MAX_ANSWER_BYTES = 65_536;

/** Tells a URL that a file is ready, and gives it a link. Signed as hooks of tables want it. */
export class WebhookExportDelivery extends ExportDelivery<WebhookTarget> {
  readonly kind = 'webhook';

  constructor(
    private readonly outbound: OutboundClient,
    private readonly clock: Clock,
  ) {
    super();
  }

  assertPossible({ url }: WebhookTarget): void {
    try {
      this.outbound.checkUrl(url);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new InvalidFields([{ path: 'deliverTo.webhook.url', message: error.message }]);
    }
  }

  async deliver({ url }: WebhookTarget, secret: string, file: Delivered, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify(await contentOf(file));
    const timestamp = String(Math.floor(this.clock.now().getTime() / 1_000));
    const status = await this.#send(url, body, signal, {
      'content-type': 'application/json',
      'x-colloquy-timestamp': timestamp,
      'x-colloquy-signature': `sha256=${signatureOf(secret, timestamp, body)}`,
    });
    if (status < 200 || status > 299)
      throw new DeliveryFailed(`the webhook answered with status ${String(status)}.`);
  }

  async #send(
    url: string,
    body: string,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>>,
  ): Promise<number> {
    try {
      const request = { url, method: 'POST', headers, body, signal, maxBytes: MAX_ANSWER_BYTES };
      return (await this.outbound.fetch({ ...request, redirect: 'manual' })).status;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new DeliveryFailed(error.message, error);
    }
  }
}

/** Of the time, a point and the body as it is sent. */
function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

async function contentOf(file: Delivered): Promise<object> {
  const { exportId, scheduleId, scheduleName, resource, format, fileName, rows, bytes, sha256 } = file;
  const { path, expiresAt } = await file.link();
  return {
    // The same when it is told again.
    id: exportId,
    type: 'export.ready',
    schedule: { id: scheduleId, name: scheduleName },
    export: {
      ...{ id: exportId, resource, format, fileName, rows, bytes, sha256 },
      ...{ isIncremental: file.isIncremental, createdAt: file.createdAt },
    },
    download: { path, expiresAt },
  };
}
