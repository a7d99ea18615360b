import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { type Actor, PUBLIC, type RequestWithActor } from '#common/access';
import { Tenancy } from '#common/database';
import { DomainError, Unauthenticated } from '#common/errors';
import { API_KEY_PREFIX, ApiKeysService } from './api-keys.service.js';

const API_KEY = new RegExp(`^Bearer (${API_KEY_PREFIX}_[\\w-]{43})$`, 'i');

/** Finds out who calls, by access token or API key, and binds the request to that actor's workspace. */
@Injectable()
export class TokenGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeysService,
    private readonly tenancy: Tenancy,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get<boolean | undefined>(PUBLIC, context.getHandler())) return true;
    const request = context.switchToHttp().getRequest<Request & RequestWithActor>();
    const secret = API_KEY.exec(request.headers.authorization ?? '')?.[1];
    const actor = secret ? await this.apiKeys.findActor(secret) : await this.#actorOfToken(context, request);
    if (!actor) throw new Unauthenticated();
    request.actor = actor;
    this.tenancy.enter(actor.workspaceId);
    return true;
  }

  override handleRequest<T>(error: unknown, user: T | false): T {
    if (error instanceof Error && !(error instanceof DomainError)) throw error;
    if (!user) throw new Unauthenticated();
    return user;
  }

  async #actorOfToken(context: ExecutionContext, request: Request): Promise<Actor | undefined> {
    await super.canActivate(context);
    return request.user as Actor | undefined;
  }
}
