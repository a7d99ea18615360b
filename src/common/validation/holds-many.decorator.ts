import { SetMetadata } from '@nestjs/common';
import { MAX_VALUES } from './plain-value.js';

const HOLDS_MANY = 'validation:holds-many';

/**
 * A body that may hold more values than others do. Only for those whose crowd lies in `JsonObjectField`s: the checks of
 * fields of one's own would take seconds.
 */
export function HoldsMany(maxValues: number): ClassDecorator {
  return SetMetadata(HOLDS_MANY, maxValues);
}

/** How many values a body of this class may hold. */
export function maxValuesOf(type?: object): number {
  const most: unknown = type && Reflect.getMetadata(HOLDS_MANY, type);
  return typeof most === 'number' ? most : MAX_VALUES;
}
