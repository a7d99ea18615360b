import { ApiProperty } from '@nestjs/swagger';
import { ScheduleDto, ScheduleResponse } from '#common/schedules';
import { ObjectField, pageOf } from '#common/validation';
import { type ShownSubscription, USUAL_TIMES } from '../subscriptions/subscription.types.js';

export class SubscribeDto {
  @ObjectField(() => ScheduleDto, {
    optional: true,
    description: `When the report is sent; by default every Monday at 07:00 UTC (\`${USUAL_TIMES.cron}\`). Whole days of its time zone are told of.`,
  })
  readonly schedule?: ScheduleDto;
}

export class SubscriptionResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly botId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly userId!: string;

  @ApiProperty({ type: 'string', description: 'Where letters go.', example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ type: () => ScheduleResponse })
  readonly schedule!: ScheduleResponse;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({
    ...{ type: 'string', format: 'date-time', nullable: true },
    description: 'When the mail server took the last letter.',
  })
  readonly lastSentAt!: Date | null;

  @ApiProperty({
    ...{ type: 'string', nullable: true, example: 'mail.refused' },
    description:
      'The code of what kept the last letter from being sent; null when it was sent, or none has been due yet. `mail.not_sent` is tried again some times within the hour; with `mail.refused` the next letter is tried at its time.',
  })
  readonly lastError!: string | null;

  static from({ subscription, schedule }: ShownSubscription): SubscriptionResponse {
    const { id, botId, userId, email, createdAt, lastSentAt, lastError } = subscription;
    return {
      ...{ id, botId, userId, email, createdAt, lastSentAt, lastError },
      schedule: ScheduleResponse.from(schedule),
    };
  }
}

export class SubscriptionPage extends pageOf(SubscriptionResponse) {}
