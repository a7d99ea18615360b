import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, IdField, PageQuery, pageOf, TextField } from '#common/validation';
import {
  type AnsweredShare,
  type Gap,
  GAP_STATES,
  type GapDetail,
  type GapFix,
  type GapFixDraft,
  type GapSignals,
  type GapState,
  type NearPassage,
  type Replay,
  type ReplayedQuestion,
} from '../gaps.types.js';

export class ListGapsQuery extends PageQuery {
  @ChoiceField(GAP_STATES, { name: 'GapState', optional: true, description: 'Only those in this state.' })
  readonly state?: GapState;
}

export class ChangeGapDto {
  @ChoiceField(GAP_STATES, {
    ...{ name: 'GapState', example: 'accepted' },
    description: '`dismissed` stays so, also when it is asked again.',
  })
  readonly state!: GapState;
}

export class FixGapDto implements GapFixDraft {
  @TextField({
    ...{ optional: true, max: 1_000, example: 'Do you deliver to Norway?' },
    description: 'The question that goes with `answer`; by default that of the gap.',
  })
  readonly question?: string;

  @TextField({
    ...{ optional: true, max: 20_000, example: 'We deliver to Norway within five days.' },
    description: 'What the bot is to answer. Sent again, it takes the place of the answer before.',
  })
  readonly answer?: string;

  @IdField({
    optional: true,
    description: 'In place of `answer`: a source that the bot answers from, from now on.',
  })
  readonly datasourceId?: string;
}

function Count(description?: string): PropertyDecorator {
  return ApiProperty({ type: 'integer', minimum: 0, example: 3, ...(description ? { description } : {}) });
}

export class GapSignalsResponse implements GapSignals {
  @Count('Nothing in the sources supported an answer.')
  readonly notFound!: number;

  @Count('The answer says that it has none.')
  readonly refused!: number;

  @Count('The answer was rated down.')
  readonly ratedDown!: number;

  @Count('The same was asked again, in other words, within five minutes.')
  readonly rephrased!: number;

  @Count('The conversation was handed over to a person.')
  readonly handedOver!: number;
}

export class AnsweredShareResponse implements AnsweredShare {
  @Count('Questions of the gap whose answer was completed. Left out: answers that failed or were stopped.')
  readonly completed!: number;

  @Count('Of these, those that the sources answered and whose answer does not say that it knows nothing.')
  readonly answered!: number;

  @ApiProperty({
    ...{ type: 'number', minimum: 0, maximum: 1, nullable: true, example: 0.2 },
    description: '`answered` / `completed`. Null where nothing was asked.',
  })
  readonly rate!: number | null;

  static from({ completed, answered }: AnsweredShare): AnsweredShareResponse {
    return { completed, answered, rate: completed === 0 ? null : answered / completed };
  }
}

export class GapFixResponse implements GapFix {
  @ApiProperty({ type: 'string', enum: ['answer', 'source'], enumName: 'GapFixKind', example: 'answer' })
  readonly kind!: 'answer' | 'source';

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;
}

export class GapResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: [...GAP_STATES], enumName: 'GapState', example: 'open' })
  readonly state!: GapState;

  @ApiProperty({
    ...{ type: 'string', example: 'Do you deliver to Norway?' },
    description: 'What people wrote: show it as text, never as HTML.',
  })
  readonly question!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly questionId!: string;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly topicId!: string | null;

  @Count('People who went without an answer; gaps are ranked by this.')
  readonly users!: number;

  @Count('Times that somebody went without an answer, by any of the signals.')
  readonly times!: number;

  @ApiProperty({ type: () => GapSignalsResponse, description: 'A time may give several.' })
  readonly signals!: GapSignalsResponse;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly lastAskedAt!: Date | null;

  @ApiProperty({ type: () => GapFixResponse, nullable: true })
  readonly fix!: GapFixResponse | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly fixedAt!: Date | null;

  @ApiProperty({
    type: () => AnsweredShareResponse,
    description: 'Until it was fixed; of all times where it was not.',
  })
  readonly before!: AnsweredShareResponse;

  @ApiProperty({ type: () => AnsweredShareResponse, description: 'Since it was fixed.' })
  readonly after!: AnsweredShareResponse;

  static of(gap: Gap): GapResponse {
    return {
      ...gap,
      before: AnsweredShareResponse.from(gap.before),
      after: AnsweredShareResponse.from(gap.after),
    };
  }
}

export class GapPage extends pageOf(GapResponse) {}

export class NearPassageResponse implements NearPassage {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly documentId!: string;

  @ApiProperty({ type: 'string', example: 'Delivery' })
  readonly title!: string;

  @ApiProperty({ type: 'number', minimum: 0, maximum: 1, example: 0.31 })
  readonly score!: number;
}

export class ReplayedQuestionResponse implements ReplayedQuestion {
  @ApiProperty({ type: 'string', example: 'Do you deliver to Norway?' })
  readonly question!: string;

  @ApiProperty({ type: 'boolean', example: true })
  readonly answered!: boolean;

  @ApiProperty({ type: 'string', example: 'Yes, within five days.', description: 'Its beginning.' })
  readonly answer!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'provider_timeout',
    description: 'The code of what kept the bot from answering.',
  })
  readonly error!: string | null;
}

export class ReplayResponse implements Replay {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @Count('Phrasings that were asked again, ten at most.')
  readonly asked!: number;

  @Count()
  readonly answered!: number;

  @ApiProperty({ type: () => ReplayedQuestionResponse, isArray: true })
  readonly answers!: ReplayedQuestionResponse[];

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;
}

export class GapDetailResponse extends GapResponse {
  @ApiProperty({
    ...{ type: 'array', items: { type: 'string' }, example: ['Do you deliver to Norway?'] },
    description: 'How it was asked, the most frequent first.',
  })
  readonly phrasings!: string[];

  @ApiProperty({
    ...{ type: 'array', items: { type: 'string', format: 'uuid' } },
    description: 'Conversations in which somebody went without an answer, newest first.',
  })
  readonly conversationIds!: string[];

  @ApiProperty({
    type: () => NearPassageResponse,
    isArray: true,
    description: 'What comes closest to an answer now: each document once, by its best passage.',
  })
  readonly nearest!: NearPassageResponse[];

  @ApiProperty({ type: () => ReplayResponse, isArray: true, description: 'Newest first.' })
  readonly replays!: ReplayResponse[];

  static from({ gap, phrasings, conversationIds, nearest, replays }: GapDetail): GapDetailResponse {
    return Object.assign(GapResponse.of(gap), {
      ...{ phrasings: [...phrasings], conversationIds: [...conversationIds], nearest: [...nearest] },
      replays: replays.map((replay) => ({ ...replay, answers: [...replay.answers] })),
    });
  }
}
