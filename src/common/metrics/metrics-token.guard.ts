import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { MetricsConfig } from '#config';
import { hashToken, sameHash } from '#common/crypto';
import { NotFound, Unauthenticated } from '#common/errors';

/** Lets in who knows `METRICS_TOKEN`. Without that setting there is no such page. */
@Injectable()
export class MetricsTokenGuard implements CanActivate {
  constructor(private readonly config: MetricsConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const { token } = this.config;
    if (!token) throw new NotFound('The page of metrics');
    const { headers } = context.switchToHttp().getRequest<Request>();
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!sameHash(hashToken(given), hashToken(token))) throw new Unauthenticated('METRICS_TOKEN is needed.');
    return true;
  }
}
