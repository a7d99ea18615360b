import { Injectable, Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { SecurityConfig } from '#config';
import type { Actor } from '#common/access';
import { hashToken, newToken } from '#common/crypto';
import { newId } from '#common/database';
import { Clock } from '#common/time';
import { InvalidRefreshToken } from './auth.errors.js';
import type { ClientFacts, TokenPair } from './auth.types.js';
import { Session } from './entities/session.entity.js';
import { type LiveSession, SessionsRepository } from './sessions.repository.js';

const DAY_MS = 86_400_000;
const REFRESH_TOKEN = /^cq_refresh_[\w-]{43}\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What an access token says. */
export interface AccessTokenClaims {
  readonly sub: string;
  readonly sid: string;
}

/** Opens, continues and ends sessions. */
@Injectable()
export class SessionsService {
  readonly #logger = new Logger(SessionsService.name);

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly jwt: JwtService,
    private readonly config: SecurityConfig,
    private readonly clock: Clock,
  ) {}

  async open(userId: string, workspaceId: string, client: ClientFacts): Promise<TokenPair> {
    const id = newId();
    const refreshToken = this.#newRefreshToken(id);
    await this.sessions.add(
      new Session({
        id,
        workspaceId,
        userId,
        tokenHash: hashToken(refreshToken),
        expiresAt: this.#expiry(),
        ...client,
      }),
    );
    return this.#pair(userId, id, refreshToken);
  }

  /**
   * Gives a new pair for a refresh token, which is then used up.
   * @throws InvalidRefreshToken; when a used one comes back, its session ends.
   */
  async refresh(refreshToken: string): Promise<TokenPair> {
    const sessionId = REFRESH_TOKEN.exec(refreshToken)?.[1];
    if (!sessionId) throw new InvalidRefreshToken();
    const next = this.#newRefreshToken(sessionId);
    const live = await this.sessions.findLive(sessionId);
    const oldHash = hashToken(refreshToken);
    if (!live || !(await this.sessions.rotate(sessionId, oldHash, hashToken(next), this.#expiry()))) {
      if (await this.sessions.revokeIfReused(sessionId, oldHash)) {
        this.#logger.warn({ sessionId }, 'A used refresh token came back; its session was ended');
      }
      throw new InvalidRefreshToken();
    }
    return this.#pair(live.userId, sessionId, next);
  }

  async close(sessionId: string): Promise<void> {
    await this.sessions.revoke(sessionId);
  }

  /** The actor behind an access token, or null when its session or membership has ended. */
  async findActor(claims: AccessTokenClaims): Promise<Actor | null> {
    const live: LiveSession | null = await this.sessions.findLive(claims.sid);
    if (live?.userId !== claims.sub) return null;
    const { userId, workspaceId, role } = live;
    return { kind: 'user', id: userId, userId, workspaceId, role, sessionId: live.id };
  }

  /** Those of the sessions that may still act. */
  listLive(ids: readonly string[]): Promise<string[]> {
    return this.sessions.listLive(ids);
  }

  #newRefreshToken(sessionId: string): string {
    return `${newToken('cq_refresh')}.${sessionId}`;
  }

  #expiry(): Date {
    return new Date(this.clock.now().getTime() + this.config.refreshTokenTtlDays * DAY_MS);
  }

  async #pair(userId: string, sessionId: string, refreshToken: string): Promise<TokenPair> {
    const claims: AccessTokenClaims = { sub: userId, sid: sessionId };
    return {
      accessToken: await this.jwt.signAsync(claims),
      refreshToken,
      expiresIn: this.config.accessTokenTtlSeconds,
    };
  }
}
