import { getMetadataStorage, type MetadataStorage } from 'class-validator';

type FindRules = MetadataStorage['getTargetValidationMetadatas'];

/**
 * Has class-validator look for the rules of a class once. It walks all classes that have any, for each object that it
 * checks: a list of a thousand objects took a thousand walks over some hundreds of classes.
 *
 * The rules of a class are complete once it is defined. What asks for groups or for a schema is looked for as before.
 */
export function knowRules(storage: MetadataStorage = getMetadataStorage()): void {
  if (Object.hasOwn(storage, 'getTargetValidationMetadatas')) return;
  const find: FindRules = storage.getTargetValidationMetadatas.bind(storage);
  const known = new WeakMap<object, ReturnType<FindRules>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (schema || always || strictGroups || groups) return find(target, schema, always, strictGroups, groups);
    const rules = known.get(target) ?? find(target, schema, always, strictGroups);
    known.set(target, rules);
    return rules;
  };
}
