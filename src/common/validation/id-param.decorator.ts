import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { NotFound } from '#common/errors';

/** A text that is no id names nothing that could be found. */
class ExistingIdPipe implements PipeTransform<string, string> {
  constructor(private readonly what: string) {}

  transform(value: string): string {
    if (!isUUID(value)) throw new NotFound(this.what);
    return value.toLowerCase();
  }
}

/** The id of a row in the path. Anything but a UUID answers like an id that never was. */
export function IdParam(name: string, what = 'The resource'): ParameterDecorator {
  const documents = ApiParam({ name, description: `${what}.`, schema: { type: 'string', format: 'uuid' } });
  return (target, method, index) => {
    Param(name, new ExistingIdPipe(what))(target, method, index);
    const descriptor = method && Object.getOwnPropertyDescriptor(target, method);
    if (descriptor) documents(target, method, descriptor);
  };
}
