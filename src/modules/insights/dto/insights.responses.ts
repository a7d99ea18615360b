import { ApiProperty } from '@nestjs/swagger';
import { type JobRef, JobRefResponse } from '#common/jobs';
import { pageOf } from '#common/validation';
import type { ModelFigures, Overview, QuestionView, TopicRow, TopicView } from '../insights.types.js';
import { FiguresResponse } from './figures.response.js';

export class InsightsRunResponse {
  @ApiProperty({ type: () => JobRefResponse })
  readonly job!: JobRefResponse;

  static from(job: JobRef): InsightsRunResponse {
    return { job };
  }
}

export class ModelFiguresResponse implements ModelFigures {
  @ApiProperty({ type: 'string', example: 'openai' })
  readonly provider!: string;

  @ApiProperty({ type: 'string', example: 'gpt-4.1-mini' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 380 })
  readonly answers!: number;

  @ApiProperty({ type: 'number', minimum: 0, example: 1.24 })
  readonly costUsd!: number;
}

export class OverviewResponse {
  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly from!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly to!: Date;

  @ApiProperty({ type: () => FiguresResponse })
  readonly figures!: FiguresResponse;

  @ApiProperty({ type: () => FiguresResponse, description: 'Of the period before, which was as long.' })
  readonly before!: FiguresResponse;

  @ApiProperty({ type: () => ModelFiguresResponse, isArray: true, description: 'The costliest first.' })
  readonly models!: ModelFiguresResponse[];

  @ApiProperty({
    ...{ type: 'string', format: 'date-time', nullable: true },
    description: 'What was answered after the last run is not in here; null before the first.',
  })
  readonly lastRunAt!: Date | null;

  static from({ period, figures, before, models, state }: Overview): OverviewResponse {
    return {
      ...period,
      figures: FiguresResponse.from(figures),
      before: FiguresResponse.from(before),
      models: [...models],
      lastRunAt: state.lastRunAt,
    };
  }
}

export class TopicResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: ['area', 'topic'], enumName: 'TopicLevel', example: 'topic' })
  readonly level!: 'area' | 'topic';

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The area that a topic belongs to.',
  })
  readonly parentId!: string | null;

  @ApiProperty({
    type: 'string',
    example: 'Delivery abroad',
    description: 'A text of people or models: show it as text, never as HTML.',
  })
  readonly name!: string;

  @ApiProperty({
    type: 'string',
    enum: ['terms', 'model', 'team'],
    enumName: 'TopicNaming',
    example: 'terms',
  })
  readonly namedBy!: 'terms' | 'model' | 'team';

  @ApiProperty({
    ...{ type: 'array', items: { type: 'string' }, example: ['delivery', 'abroad', 'shipping'] },
    description: 'What sets its questions apart from those of other topics, best first.',
  })
  readonly terms!: string[];

  @ApiProperty({ type: 'boolean', example: false, description: 'Stays although nobody asks about it.' })
  readonly isPinned!: boolean;

  @ApiProperty({ type: 'boolean', example: false, description: 'Left out of lists.' })
  readonly isHidden!: boolean;

  static of({
    id,
    level,
    parentId,
    name,
    namedBy,
    terms,
    isPinned,
    isHidden,
  }: Omit<TopicRow, 'isMoved' | 'isUnited'>): TopicResponse {
    const word = level === 1 ? 'area' : 'topic';
    return { id, level: word, parentId, name, namedBy, terms: [...terms], isPinned, isHidden };
  }
}

export class TopicFiguresResponse extends TopicResponse {
  @ApiProperty({ type: () => FiguresResponse })
  readonly figures!: FiguresResponse;

  @ApiProperty({
    ...{ type: 'integer', minimum: 0, example: 20 },
    description: 'Questions in the period before, which was as long.',
  })
  readonly questionsBefore!: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'First asked in the period.',
  })
  readonly firstAskedAt!: Date | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Last asked in the period.',
  })
  readonly lastAskedAt!: Date | null;

  static from(topic: TopicView): TopicFiguresResponse {
    const { figures, questionsBefore, firstAskedAt, lastAskedAt } = topic;
    const shared = { questionsBefore, firstAskedAt, lastAskedAt, figures: FiguresResponse.from(figures) };
    return Object.assign(TopicResponse.of(topic), shared);
  }
}

export class TopicFiguresPage extends pageOf(TopicFiguresResponse) {}

export class QuestionResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    type: 'string',
    example: 'Do you deliver abroad?',
    description: 'As it was put most often. What people wrote: show it as text, never as HTML.',
  })
  readonly text!: string;

  @ApiProperty({ type: 'string', example: 'en', description: 'ISO 639-1, as far as it can be told.' })
  readonly language!: string;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'Null when it is like no others.',
  })
  readonly topicId!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, example: 4, description: 'In how many ways it was put.' })
  readonly phrasings!: number;

  @ApiProperty({ type: () => FiguresResponse })
  readonly figures!: FiguresResponse;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly firstAskedAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly lastAskedAt!: Date;

  static from(question: QuestionView): QuestionResponse {
    return { ...question, figures: FiguresResponse.from(question.figures) };
  }
}

export class QuestionPage extends pageOf(QuestionResponse) {}
