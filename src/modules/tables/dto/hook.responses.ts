import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { type Hook, HOOK_MODES, type HookMode, type HookOutcome, type NewHook } from '../hooks/hook.types.js';

export class HookResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly tableId!: string;

  @ApiProperty({ type: 'string', example: 'Web shop' })
  readonly name!: string;

  @ApiProperty({ type: 'string', enum: [...HOOK_MODES], enumName: 'HookMode' })
  readonly mode!: HookMode;

  @ApiProperty({ type: 'string', nullable: true, example: 'code' })
  readonly key!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  static from({ id, tableId, name, mode, key, createdAt }: Hook): HookResponse {
    return { id, tableId, name, mode, key, createdAt };
  }
}

export class HookPage extends pageOf(HookResponse) {}

export class NewHookResponse extends HookResponse {
  @ApiProperty({
    type: 'string',
    example: '/v1/hooks/cq_hook_…',
    description: 'Where events are sent, on this server.',
  })
  readonly path!: string;

  @ApiProperty({
    type: 'string',
    example: 'cq_sign_…',
    description: 'What events are signed with. Shown only now.',
  })
  readonly secret!: string;

  static shownOnce({ hook, token, secret }: NewHook): NewHookResponse {
    const { id, tableId, name, mode, key, createdAt } = hook;
    return { id, tableId, name, mode, key, createdAt, path: `/v1/hooks/${token}`, secret };
  }
}

export class HookOutcomeResponse implements HookOutcome {
  @ApiProperty({ type: 'integer', example: 1 })
  readonly created!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly updated!: number;

  @ApiProperty({
    type: 'boolean',
    example: false,
    description: 'Whether it came before, so that nothing was written.',
  })
  readonly isRepeated!: boolean;
}
