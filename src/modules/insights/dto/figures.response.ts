import { ApiProperty } from '@nestjs/swagger';
import type { Figures } from '../insights.types.js';

function CountProperty(description: string, example: number): PropertyDecorator {
  return ApiProperty({ type: 'integer', minimum: 0, description, example });
}

function RateProperty(description: string, example: number): PropertyDecorator {
  return ApiProperty({
    type: 'number',
    ...{ minimum: 0, maximum: 1, nullable: true, example },
    description: `${description} Null where there is nothing to divide by.`,
  });
}

const DONE =
  'it was answered, not rated down, not asked again in other words within five minutes, and not handed over to a person';

export class FiguresResponse {
  @CountProperty(
    'Questions asked. Left out: greetings, thanks, consent and messages without words; conversations of the playground. Of bots that keep no text, all messages of visitors count; what they are about is told by the title of what the answer cites first.',
    412,
  )
  readonly questions!: number;

  @CountProperty(
    'People who asked at least one question: distinct `externalUserId`s, and each conversation without one for itself.',
    230,
  )
  readonly users!: number;

  @CountProperty('Conversations with at least one question.', 260)
  readonly conversations!: number;

  @CountProperty(
    'Questions whose answer was completed. Left out: answers that failed or were stopped, and imported ones that do not say whether the sources held an answer.',
    405,
  )
  readonly completed!: number;

  @CountProperty(
    'Of `completed`, those that the sources answered and whose answer does not say that it knows nothing.',
    350,
  )
  readonly answered!: number;

  @RateProperty('`answered` / `completed`.', 0.864)
  readonly answeredRate!: number | null;

  @CountProperty(`Of \`completed\`, those with which it was done: ${DONE}.`, 330)
  readonly resolved!: number;

  @RateProperty('`resolved` / `completed`.', 0.815)
  readonly resolvedRate!: number | null;

  @RateProperty(
    `Of the first questions of conversations whose answer was completed, the share with which it was done: ${DONE}. Left out: all later questions.`,
    0.84,
  )
  readonly firstContactRate!: number | null;

  @CountProperty('Answers that were rated up.', 40)
  readonly ratedUp!: number;

  @CountProperty('Answers that were rated down.', 8)
  readonly ratedDown!: number;

  @RateProperty('`ratedUp` / (`ratedUp` + `ratedDown`). Left out: answers that nobody rated.', 0.833)
  readonly ratingRate!: number | null;

  @CountProperty('Questions whose answer failed.', 2)
  readonly failed!: number;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    example: 1.24,
    description:
      'What the models that answered cost, in US dollars, as priced when they did. Left out: models without a price, and embeddings.',
  })
  readonly costUsd!: number;

  @ApiProperty({
    ...{ type: 'number', minimum: 0, nullable: true, example: 1_240 },
    description:
      'The median time until an answer was complete, in milliseconds. Left out: answers that failed or were stopped.',
  })
  readonly latencyP50Ms!: number | null;

  @ApiProperty({
    ...{ type: 'number', minimum: 0, nullable: true, example: 3_900 },
    description: 'The time within which 95 of 100 answers were complete, in milliseconds.',
  })
  readonly latencyP95Ms!: number | null;

  static from({ firstCompleted, firstResolved, ...figures }: Figures): FiguresResponse {
    const { completed, answered, resolved, ratedUp, ratedDown } = figures;
    return {
      ...figures,
      answeredRate: rate(answered, completed),
      resolvedRate: rate(resolved, completed),
      firstContactRate: rate(firstResolved, firstCompleted),
      ratingRate: rate(ratedUp, ratedUp + ratedDown),
    };
  }
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
