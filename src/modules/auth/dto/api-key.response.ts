import { ApiProperty } from '@nestjs/swagger';
import { type Role, ROLES } from '#common/access';
import { pageOf } from '#common/validation';
import type { NewApiKey } from '../auth.types.js';
import type { ApiKey } from '../entities/api-key.entity.js';

export class ApiKeyResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Nightly import' })
  readonly name!: string;

  @ApiProperty({ type: 'string', example: 'cq_key_a1b2c3', description: 'How the key begins.' })
  readonly prefix!: string;

  @ApiProperty({ type: 'string', enum: [...ROLES], enumName: 'Role' })
  readonly role!: Role;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    nullable: true,
    example: ['read Bot', 'chat Bot'],
    description: 'What the key is narrowed to; null when it may do all that its role may.',
  })
  readonly permissions!: string[] | null;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The hosted table whose records are all that the key is for; null of other keys.',
  })
  readonly tableId!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly lastUsedAt!: Date | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly expiresAt!: Date | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  static from(key: ApiKey): ApiKeyResponse {
    return shown(key);
  }
}

export class NewApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({
    type: 'string',
    example: 'cq_key_a1b2c3d4e5f6',
    description: 'The key itself. It is shown once, here.',
  })
  readonly key!: string;

  static fromNew({ apiKey, secret }: NewApiKey): NewApiKeyResponse {
    return { ...shown(apiKey), key: secret };
  }
}

export class ApiKeyPage extends pageOf(ApiKeyResponse) {}

function shown({ id, name, prefix, role, permissions, tableId, lastUsedAt, expiresAt, createdAt }: ApiKey) {
  return { id, name, prefix, role, permissions, tableId, lastUsedAt, expiresAt, createdAt };
}
