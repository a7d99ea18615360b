import { ChoiceField, PageQuery } from '#common/validation';
import { EXPORT_RESOURCES, type ExportResource } from '../export.types.js';

export class ListExportsQuery extends PageQuery {
  @ChoiceField(EXPORT_RESOURCES, { name: 'ExportResource', optional: true, description: 'Of these only.' })
  readonly resource?: ExportResource;
}
