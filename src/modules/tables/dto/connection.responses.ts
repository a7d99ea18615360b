import { ApiProperty } from '@nestjs/swagger';
import { documentedCodes } from '#common/errors';
import { pageOf } from '#common/validation';
import type { RemotePage, RemoteTable } from '../ports/remote-tables.port.js';
import { REMOTE_FAILURES } from '../remote/remote.errors.js';
import {
  type ConnectionTrial,
  REMOTE_PROVIDERS,
  type RemoteProviderName,
  type TableConnection,
} from '../remote/remote.types.js';

export class ConnectionResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: [...REMOTE_PROVIDERS], enumName: 'RemoteProvider' })
  readonly provider!: RemoteProviderName;

  @ApiProperty({ type: 'string', example: 'Sales account' })
  readonly name!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from({ id, provider, name, createdAt, updatedAt }: TableConnection): ConnectionResponse {
    return { id, provider, name, createdAt, updatedAt };
  }
}

export class ConnectionPage extends pageOf(ConnectionResponse) {}

export class ConnectionTrialResponse {
  @ApiProperty({ type: 'boolean' })
  readonly ok!: boolean;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'tables.remote_refused',
    description: documentedCodes(...REMOTE_FAILURES),
  })
  readonly code!: string | null;

  @ApiProperty({ type: 'string', example: 'The service accepts the credentials.' })
  readonly message!: string;

  static from({ ok, code, message }: ConnectionTrial): ConnectionTrialResponse {
    return { ok, code, message };
  }
}

export class RemoteTableResponse {
  @ApiProperty({ type: 'string', example: '01HZX3V7Q2M4N8P6R5T9W0Y1B2' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Leads' })
  readonly name!: string;

  @ApiProperty({ type: 'string', example: 'Who has asked for an offer.' })
  readonly description!: string;
}

export class RemoteTablePage {
  @ApiProperty({ type: () => RemoteTableResponse, isArray: true })
  readonly data!: RemoteTableResponse[];

  @ApiProperty({ type: 'string', nullable: true, example: 'eyJvZmZzZXQiOjEwMH0' })
  readonly nextCursor!: string | null;

  static of({ items, next }: RemotePage<RemoteTable>): RemoteTablePage {
    return { data: items.map(({ id, name, description }) => ({ id, name, description })), nextCursor: next };
  }
}
