import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '#common/access';
import type { Identity, SignedIn, TokenPair } from '../auth.types.js';
import type { User } from '../entities/user.entity.js';
import type { Workspace } from '../entities/workspace.entity.js';

export class UserResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'email', example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'Ada' })
  readonly name!: string | null;

  static from({ id, email, name }: User): UserResponse {
    return { id, email, name };
  }
}

export class WorkspaceResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Analytical Engines' })
  readonly name!: string;

  static from({ id, name }: Workspace): WorkspaceResponse {
    return { id, name };
  }
}

export class TokensResponse {
  @ApiProperty({
    type: 'string',
    example: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    description: 'Send as `Authorization: Bearer <token>`.',
  })
  readonly accessToken!: string;

  @ApiProperty({
    type: 'string',
    example: 'cq_refresh_a1b2c3d4e5f6',
    description: 'Works once; using it again ends the session.',
  })
  readonly refreshToken!: string;

  @ApiProperty({ type: 'integer', example: 900, description: 'Lifetime of the access token in seconds.' })
  readonly expiresIn!: number;

  static from({ accessToken, refreshToken, expiresIn }: TokenPair): TokensResponse {
    return { accessToken, refreshToken, expiresIn };
  }
}

export class SignedInResponse extends TokensResponse {
  @ApiProperty({ type: () => UserResponse })
  readonly user!: UserResponse;

  @ApiProperty({ type: () => WorkspaceResponse })
  readonly workspace!: WorkspaceResponse;

  @ApiProperty({ type: 'string', enum: [...ROLES], enumName: 'Role' })
  readonly role!: Role;

  static override from(signedIn: SignedIn): SignedInResponse {
    return {
      accessToken: signedIn.accessToken,
      refreshToken: signedIn.refreshToken,
      expiresIn: signedIn.expiresIn,
      user: UserResponse.from(signedIn.user),
      workspace: WorkspaceResponse.from(signedIn.workspace),
      role: signedIn.role,
    };
  }
}

export class IdentityResponse {
  @ApiProperty({ type: () => UserResponse })
  readonly user!: UserResponse;

  @ApiProperty({ type: () => WorkspaceResponse })
  readonly workspace!: WorkspaceResponse;

  @ApiProperty({ type: 'string', enum: [...ROLES], enumName: 'Role' })
  readonly role!: Role;

  @ApiProperty({
    type: 'string',
    enum: ['user', 'apiKey'],
    enumName: 'ActorKind',
    description: 'By what the caller signed in.',
  })
  readonly kind!: string;

  static from({ user, workspace, actor }: Identity): IdentityResponse {
    return {
      user: UserResponse.from(user),
      workspace: WorkspaceResponse.from(workspace),
      role: actor.role,
      kind: actor.kind,
    };
  }
}
