import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { RequestWithActor } from '#common/access';
import { RateLimits } from './rate-limits.js';

const BUCKET = 'http:rate-limit';

/** Counts this route's calls by address in a strict bucket: that for sign-in and sign-up, or that for entries of strangers. */
export const LimitedByAddress = (bucket: 'auth' | 'form' = 'auth'): MethodDecorator =>
  SetMetadata(BUCKET, bucket);

/** Limits calls a minute: by actor, and by address where there is none. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & RequestWithActor>();
    const address = request.ip ?? 'unknown';
    const bucket = this.reflector.get<'auth' | 'form' | undefined>(BUCKET, context.getHandler());
    if (bucket) {
      await this.limits.take(bucket, address);
    } else {
      await this.limits.take('api', request.actor ? `${request.actor.kind}:${request.actor.id}` : address);
    }
    return true;
  }
}
