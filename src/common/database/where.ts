import type { FilterQuery } from '@mikro-orm/core';

/** All of these conditions, typed for an entity. Access filters come from policies, which know no entity. */
export function where<T>(...conditions: readonly object[]): FilterQuery<T> {
  return { $and: conditions } as FilterQuery<T>;
}
