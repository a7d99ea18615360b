import { createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { SecurityConfig } from '#config';
import type { Actor } from '#common/access';
import { type AccessTokenClaims, SessionsService } from './sessions.service.js';

/** What every access token must say of itself. */
export const TOKEN_OPTIONS = { algorithm: 'HS256', issuer: 'colloquy', audience: 'colloquy-api' } as const;

/** Checks access tokens, and on each call that their session still lives. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    config: SecurityConfig,
    private readonly sessions: SessionsService,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // A text would be tried as a public key first, on each call. The types do not know that a key object is taken.
      secretOrKey: createSecretKey(Buffer.from(config.jwtSecret)) as unknown as Buffer,
      algorithms: [TOKEN_OPTIONS.algorithm],
      issuer: TOKEN_OPTIONS.issuer,
      audience: TOKEN_OPTIONS.audience,
    });
  }

  async validate(claims: AccessTokenClaims): Promise<Actor | false> {
    return (await this.sessions.findActor(claims)) ?? false;
  }
}
