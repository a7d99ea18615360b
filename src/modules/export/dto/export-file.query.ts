import { TextField } from '#common/validation';

export class ExportFileQuery {
  @TextField({ max: 200, description: 'As the link has it.' })
  readonly token!: string;
}
