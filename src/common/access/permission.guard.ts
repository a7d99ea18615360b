import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Forbidden, Unauthenticated } from '#common/errors';
import { Abilities } from './abilities.js';
import { PERMISSION, PUBLIC, type RequestWithActor, type RequiredPermission } from './access.decorators.js';

/** Denies by default: a route without `@Can` or `@Public` is closed to everybody. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly abilities: Abilities,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    if (this.reflector.get<boolean | undefined>(PUBLIC, handler)) return true;
    const required = this.reflector.get<RequiredPermission | undefined>(PERMISSION, handler);
    const { actor } = context.switchToHttp().getRequest<RequestWithActor>();
    if (!actor) throw new Unauthenticated();
    if (!required || !this.abilities.can(actor, required.action, required.subject)) throw new Forbidden();
    return true;
  }
}
