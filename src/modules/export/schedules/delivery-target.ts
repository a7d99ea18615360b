import { newToken } from '#common/crypto';
import { InvalidFields } from '#common/errors';
import type { DeliveryTarget } from '../ports/export-delivery.port.js';
import type { DeliveryDraft } from './export-schedule.types.js';

/** Where files go, with what has to be kept sealed. */
export interface OpenTarget {
  readonly target: DeliveryTarget;
  readonly secret: string;
  /** What the caller has to be told, since we made it. */
  readonly newSecret: string | null;
}

/** @throws InvalidFields unless one way is given. */
export function targetOf({ webhook, s3 }: DeliveryDraft): OpenTarget {
  if (webhook && !s3) {
    const secret = newToken('cq_sign');
    return { target: { kind: 'webhook', url: webhook.url }, secret, newSecret: secret };
  }
  if (s3 && !webhook) {
    const { bucket, region, endpoint = null, prefix = null, pathStyle = false, accessKeyId } = s3;
    const target = { bucket, region, endpoint, prefix, hasPathStyle: pathStyle, accessKeyId };
    return { target: { kind: 's3', ...target }, secret: s3.secretAccessKey, newSecret: null };
  }
  throw new InvalidFields([{ path: 'deliverTo', message: 'must be either webhook or s3' }]);
}
