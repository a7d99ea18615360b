import { describe, expect, it, jest } from '@jest/globals';
import { getMetadataStorage, IsIn, Length, MetadataStorage, validateSync } from 'class-validator';
import { knowRules } from './known-rules.js';

class Parent {
  @Length(2, 4)
  readonly name!: string;
}

class Child extends Parent {
  @IsIn(['a', 'b'], { groups: ['strict'] })
  readonly kind!: string;
}

const rulesOf = (
  storage: MetadataStorage,
  target: typeof Parent,
  groups?: string[],
): (string | undefined)[] =>
  storage.getTargetValidationMetadatas(target, '', false, false, groups).map(({ name }) => name);

describe('knowRules', () => {
  it('finds what class-validator finds, and walks its classes once', () => {
    const storage = getMetadataStorage();
    const walk = jest.spyOn(MetadataStorage.prototype, 'getTargetValidationMetadatas');
    const before = rulesOf(storage, Child);
    const strict = rulesOf(storage, Child, ['strict']);
    walk.mockClear();

    knowRules();
    knowRules();
    for (let count = 0; count < 10; count += 1) expect(rulesOf(storage, Child)).toEqual(before);
    expect(before).toContain('isLength');
    expect(walk).toHaveBeenCalledTimes(1);

    expect(rulesOf(storage, Child, ['strict'])).toEqual(strict);
    expect(strict).toEqual(['isIn']);
    expect(rulesOf(storage, Parent)).toEqual(['isLength']);
    walk.mockRestore();
  });

  it('checks as before', () => {
    knowRules();
    const broken = Object.assign(new Child(), { name: 'much too long', kind: 'a' });
    expect(validateSync(broken).map(({ property }) => property)).toEqual(['name']);
    expect(validateSync(Object.assign(new Child(), { name: 'fits', kind: 'a' }))).toEqual([]);
  });
});
