import {
  applyDecorators,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import { Unauthenticated } from '#common/errors';
import type { Actor } from './actor.js';

export const PERMISSION = 'access:permission';
export const PUBLIC = 'access:public';

/** What a route demands of its caller. */
export interface RequiredPermission {
  readonly action: string;
  readonly subject: string;
}

/** The route may be called by whoever may do `action` to a `subject`. */
export function Can(action: string, subject: string): MethodDecorator {
  return applyDecorators(
    SetMetadata(PERMISSION, { action, subject } satisfies RequiredPermission),
    ApiBearerAuth('bearer'),
  );
}

/** The route may be called by any signed-in actor: it is about the actor itself. */
export function CanEveryActor(): MethodDecorator {
  return Can('be', 'Actor');
}

/** The route may be called by anybody, without a token. */
export function Public(): MethodDecorator & CustomDecorator {
  return applyDecorators(SetMetadata(PUBLIC, true), ApiSecurity({})) as MethodDecorator & CustomDecorator;
}

/** A request after the token guard has seen it. */
export interface RequestWithActor {
  actor?: Actor;
}

/** The actor of the current request. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<RequestWithActor>();
  if (!actor) throw new Unauthenticated();
  return actor;
});
