import { Injectable } from '@nestjs/common';
import { OutboundClient } from '#common/http';
import { Clock } from '#common/time';
import { S3ExportDelivery } from './adapters/s3/s3.export-delivery.js';
import { WebhookExportDelivery } from './adapters/webhook/webhook.export-delivery.js';
import type { Delivered, DeliveryTarget } from './ports/export-delivery.port.js';

/** All ways for files to go. */
@Injectable()
export class ExportDeliveries {
  readonly #webhook: WebhookExportDelivery;
  readonly #s3: S3ExportDelivery;

  constructor(outbound: OutboundClient, clock: Clock) {
    this.#webhook = new WebhookExportDelivery(outbound, clock);
    this.#s3 = new S3ExportDelivery(outbound);
  }

  /** @throws InvalidFields when nothing can ever go there. */
  assertPossible(target: DeliveryTarget): void {
    if (target.kind === 'webhook') this.#webhook.assertPossible(target);
    else this.#s3.assertPossible(target);
  }

  /** @throws DeliveryFailed */
  deliver(target: DeliveryTarget, secret: string, file: Delivered, signal: AbortSignal): Promise<void> {
    return target.kind === 'webhook'
      ? this.#webhook.deliver(target, secret, file, signal)
      : this.#s3.deliver(target, secret, file);
  }
}
