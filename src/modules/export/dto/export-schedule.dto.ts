import { OmitType } from '@nestjs/swagger';
import { ScheduleDto } from '#common/schedules';
import { BooleanField, ObjectField, TextField } from '#common/validation';
import type {
  DeliveryDraft,
  ExportScheduleChanges,
  ExportScheduleDraft,
  ScheduledExport,
} from '../schedules/export-schedule.types.js';
import { CreateExportDto } from './create-export.dto.js';

const VISIBLE = /^[\x21-\x7e]+$/;

/** What each run exports. */
export class ScheduledExportDto
  extends OmitType(CreateExportDto, ['since'] as const)
  implements ScheduledExport {}

export class DeliveryWebhookDto {
  @TextField({
    max: 2_000,
    format: 'uri',
    example: 'https://example.com/hooks/exports',
    description: 'Gets a POST when a file is ready.',
  })
  readonly url!: string;
}

export class DeliveryBucketDto {
  @TextField({ max: 63, pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, example: 'exports' })
  readonly bucket!: string;

  @TextField({ max: 40, pattern: /^[a-z0-9-]+$/, example: 'eu-central-1' })
  readonly region!: string;

  @TextField({
    optional: true,
    max: 500,
    format: 'uri',
    example: 'https://s3.example.com',
    description: "Of a service that speaks like Amazon S3; Amazon's own in the region when left out.",
  })
  readonly endpoint?: string;

  @TextField({
    optional: true,
    max: 200,
    pattern: /^[\w.-]+(\/[\w.-]+)*$/,
    example: 'colloquy/messages',
    description: 'What the names of all objects begin with.',
  })
  readonly prefix?: string;

  @BooleanField({
    optional: true,
    description: 'Whether addresses are `https://host/bucket` and not `https://bucket.host`.',
  })
  readonly pathStyle?: boolean;

  @TextField({ max: 200, pattern: VISIBLE, example: 'AKIAIOSFODNN7EXAMPLE' })
  readonly accessKeyId!: string;

  @TextField({
    max: 500,
    pattern: VISIBLE,
    example: 'replace-with-a-real-secret',
    description: 'Sealed, and never shown again.',
  })
  readonly secretAccessKey!: string;
}

/** Where files go: one of the two. */
export class DeliveryDto implements DeliveryDraft {
  @ObjectField(() => DeliveryWebhookDto, { optional: true })
  readonly webhook?: DeliveryWebhookDto;

  @ObjectField(() => DeliveryBucketDto, { optional: true })
  readonly s3?: DeliveryBucketDto;
}

const EXPORT = 'What each run exports.';
const INCREMENTAL =
  'Whether a run has only what is new or has changed since the last one that was delivered. The first one is whole.';
const DELIVERY =
  'Either a webhook or a bucket. A webhook gets JSON with what the file is and a path by which it can be fetched for a day, on the address of this API. `X-Colloquy-Signature` is `sha256=` and the HMAC-SHA256, in hexadecimal, of `X-Colloquy-Timestamp`, a point and the body, by the secret that is shown when the webhook is set. A bucket gets the file.';
const TO_A_WEBHOOK = { webhook: { url: 'https://example.com/hooks/exports' } };

export class CreateExportScheduleDto implements ExportScheduleDraft {
  @TextField({ max: 200, example: 'Messages for the warehouse' })
  readonly name!: string;

  @ObjectField(() => ScheduledExportDto, { description: EXPORT })
  readonly export!: ScheduledExportDto;

  @BooleanField({ optional: true, description: INCREMENTAL })
  readonly incremental?: boolean;

  @ObjectField(() => ScheduleDto, { description: 'When it runs.' })
  readonly schedule!: ScheduleDto;

  @ObjectField(() => DeliveryDto, { description: DELIVERY, example: TO_A_WEBHOOK })
  readonly deliverTo!: DeliveryDto;
}

export class UpdateExportScheduleDto implements ExportScheduleChanges {
  @TextField({ optional: true, max: 200, example: 'Messages for the warehouse' })
  readonly name?: string;

  @ObjectField(() => ScheduledExportDto, { optional: true, description: `${EXPORT} The next run is whole.` })
  readonly export?: ScheduledExportDto;

  @BooleanField({ optional: true, description: INCREMENTAL })
  readonly incremental?: boolean;

  @ObjectField(() => ScheduleDto, { optional: true, description: 'When it runs.' })
  readonly schedule?: ScheduleDto;

  @ObjectField(() => DeliveryDto, { optional: true, description: DELIVERY, example: TO_A_WEBHOOK })
  readonly deliverTo?: DeliveryDto;

  @BooleanField({ optional: true, description: 'Whether it runs only when it is told to.' })
  readonly paused?: boolean;
}
