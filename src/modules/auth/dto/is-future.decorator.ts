import { buildMessage, ValidateBy } from 'class-validator';

/** Refuses a point in time that has passed. */
export function IsFuture(): PropertyDecorator {
  return ValidateBy({
    name: 'isFuture',
    validator: {
      validate: (value) => typeof value === 'string' && Date.parse(value) > Date.now(),
      defaultMessage: buildMessage(() => '$property must be in the future'),
    },
  });
}
