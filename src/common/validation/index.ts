/**
 * Owns the decorators that declare a field's check and its OpenAPI schema in one word, and the pipe that applies them.
 * Does not own what any single resource looks like.
 * Announces nothing.
 */
export {
  BooleanField,
  BooleanQuery,
  ChoiceField,
  ChoiceListField,
  type FieldOptions,
  IdField,
  IdListField,
  InstantField,
  IntegerField,
  IntegerQuery,
  JsonObjectField,
  NumberField,
  type NumberOptions,
  NumberQuery,
  ObjectField,
  ObjectListField,
  TextField,
  TextListField,
  TextMapField,
  type TextOptions,
} from './fields.js';
export { GathersTexts } from './gathers-texts.decorator.js';
export { HoldsMany } from './holds-many.decorator.js';
export { IdParam } from './id-param.decorator.js';
export { knowRules } from './known-rules.js';
export { CursorField, DEFAULT_PAGE_SIZE, LimitField, PageQuery } from './page.query.js';
export { pageOf, type PageResponse } from './page.response.js';
export { RequestValidationPipe } from './request-validation.pipe.js';
export { isStorableText } from './text-safety.js';
