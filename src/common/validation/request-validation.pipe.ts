import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldProblem, InvalidFields } from '#common/errors';
import { gathered } from './gathers-texts.decorator.js';
import { maxValuesOf } from './holds-many.decorator.js';
import { assertPlain } from './plain-value.js';

const MAX_PROBLEMS = 100;
const MAX_SHOWN_PATH = 200;

/** What is shown of the problems; a caller who sends very many of them knows by then. */
function shownOf(problems: readonly FieldProblem[]): FieldProblem[] {
  return problems
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => ({ path: path.slice(0, MAX_SHOWN_PATH), message }));
}

function problemsOf(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = parent ? `${parent}.${error.property}` : error.property;
    const own = Object.values(error.constraints ?? {}).map((text) => ({
      path,
      message: text
        .replace(`property ${error.property} should not exist`, 'is not a known field')
        .replace(`${error.property} `, ''),
    }));
    return [...own, ...problemsOf(error.children ?? [], path)];
  });
}

/** Checks every body and query against its class: unknown fields are errors, values are never bent to fit. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: false,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InvalidFields(shownOf(problemsOf(errors))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query')
      assertPlain(value, maxValuesOf(metadata.metatype));
    const whole = metadata.type === 'query' ? gathered(value, metadata.metatype) : value;
    if (whole !== value) assertPlain(whole);
    return super.transform(whole, metadata);
  }
}
