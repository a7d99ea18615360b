import type { ExportResource } from '../export.types.js';

export interface WebhookTarget {
  readonly kind: 'webhook';
  readonly url: string;
}

export interface BucketTarget {
  readonly kind: 's3';
  readonly bucket: string;
  readonly region: string;
  /** Amazon's own in the region when null. */
  readonly endpoint: string | null;
  readonly prefix: string | null;
  readonly hasPathStyle: boolean;
  readonly accessKeyId: string;
}

export type DeliveryTarget = WebhookTarget | BucketTarget;

/** A file that is ready to be delivered. */
export interface Delivered {
  readonly scheduleId: string;
  readonly scheduleName: string;
  readonly exportId: string;
  readonly resource: ExportResource;
  readonly format: string;
  readonly fileName: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly isIncremental: boolean;
  readonly createdAt: Date;
  /** A link by which it can be fetched for some time. */
  link(): Promise<{ readonly path: string; readonly expiresAt: Date }>;
  /** All of it. */
  content(): AsyncIterable<Uint8Array>;
}

/** A way for files to go. */
export abstract class ExportDelivery<Target extends DeliveryTarget = DeliveryTarget> {
  abstract readonly kind: Target['kind'];
  /** @throws InvalidFields when nothing can ever go there. */
  abstract assertPossible(target: Target): void;
  /**
   * The same file may be delivered twice when nobody knows whether it arrived.
   * @param secret what proves that it is from here, or opens the bucket.
   * @throws DeliveryFailed
   */
  abstract deliver(target: Target, secret: string, file: Delivered, signal: AbortSignal): Promise<void>;
}
