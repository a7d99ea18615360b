import { TextField } from '#common/validation';

export class ImportFileQuery {
  @TextField({ max: 255, example: 'goods.csv', description: 'What the file is called.' })
  readonly name!: string;
}
