import { ObjectListField, TextField } from '#common/validation';
import { QA_LIMITS, type QaPair } from '../qa/qa.types.js';

const QUESTION = { max: QA_LIMITS.questionChars, example: 'How long is the warranty of the lamp?' } as const;
const ANSWER = {
  max: QA_LIMITS.answerChars,
  example: 'The lamp comes with a warranty of 24 months.',
} as const;

export class QaPairDto implements QaPair {
  @TextField({ ...QUESTION, description: 'As people ask it.' })
  readonly question!: string;

  @TextField({ ...ANSWER, description: 'Markdown or plain text.' })
  readonly answer!: string;
}

export class AddQaItemsDto {
  @ObjectListField(() => QaPairDto, { minItems: 1, maxItems: QA_LIMITS.itemsAtOnce })
  readonly items!: QaPairDto[];
}

export class ChangeQaItemDto implements Partial<QaPair> {
  @TextField({ ...QUESTION, optional: true })
  readonly question?: string;

  @TextField({ ...ANSWER, optional: true })
  readonly answer?: string;
}
