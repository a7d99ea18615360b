import type { Type } from '@nestjs/common';
import { RequestValidationPipe } from '#common/validation';

/**
 * Checks a body as every body is checked, but takes fields out that its class does not know: clients of other products
 * send many. The parameter must be declared by an interface, or the global pipe refuses them first.
 */
export class TolerantBodyPipe extends RequestValidationPipe {
  constructor(type: Type) {
    super();
    this.expectedType = type;
    this.validatorOptions = { ...this.validatorOptions, forbidNonWhitelisted: false };
  }
}
