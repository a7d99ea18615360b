import { InvalidFields } from '#common/errors';
import { type OutboundClient, OutboundError } from '#common/http';
import { S3Bucket, type S3Settings, StorageAway } from '#common/storage';
import { DeliveryFailed } from '../../delivery.errors.js';
import { type BucketTarget, type Delivered, ExportDelivery } from '../../ports/export-delivery.port.js';

const MAX_BYTES = 64 * 1_073_741_824;

/** Puts files into a bucket of Amazon S3 or of a service that speaks like it. */
export class S3ExportDelivery extends ExportDelivery<BucketTarget> {
  readonly kind = 's3';

  constructor(private readonly outbound: OutboundClient) {
    super();
  }

  assertPossible({ endpoint, prefix }: BucketTarget): void {
    if (prefix?.split('/').some((part) => part === '.' || part === '..' || part === ''))
      throw new InvalidFields([{ path: 'deliverTo.s3.prefix', message: 'must be names with / between' }]);
    if (endpoint === null) return;
    try {
      this.outbound.checkUrl(endpoint);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new InvalidFields([{ path: 'deliverTo.s3.endpoint', message: error.message }]);
    }
  }

  async deliver(target: BucketTarget, secret: string, file: Delivered): Promise<void> {
    const { bucket: name, region, endpoint, prefix, hasPathStyle, accessKeyId } = target;
    const settings: S3Settings = {
      ...{ bucket: name, region, accessKeyId, secretAccessKey: secret, hasPathStyle },
      ...(endpoint === null ? {} : { endpoint }),
      ...(prefix === null ? {} : { prefix }),
    };
    try {
      const bucket = S3Bucket.through(this.outbound, settings, false);
      await bucket.put(nameOf(file), file.content(), MAX_BYTES);
    } catch (error) {
      throw failureOf(error);
    }
  }
}

/** Sorts by time, and is the same when it is delivered again. */
function nameOf({ createdAt, exportId, resource, fileName }: Delivered): string {
  const time = createdAt.toISOString().replaceAll(/[-:.]/g, '');
  const ending = /(\.\w+)(\.gz)?$/.exec(fileName)?.[0] ?? '';
  return `${resource}-${time}-${exportId}${ending}`;
}

/** Our own storage being away is none of the bucket's failures, but passes as well. */
function failureOf(error: unknown): unknown {
  if (error instanceof StorageAway)
    return new DeliveryFailed(error.cause instanceof Error ? error.cause.message : error.message, error);
  if (error instanceof OutboundError) return new DeliveryFailed(error.message, error);
  return error;
}
