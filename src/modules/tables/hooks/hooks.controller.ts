import { Controller, Headers, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiParam } from '@nestjs/swagger';
import { Public } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, ByteBody, bytesUpTo, Does, Fails, TakesBytes, Topic } from '#common/http';
import { HookOutcomeResponse } from '../dto/hook.responses.js';
import { TableBusy, TableLimitReached, ValueTaken } from '../tables.errors.js';
import { HookEventsService } from './hook-events.service.js';
import { HookSignatureRefused } from './hooks.errors.js';

const MAX_EVENT_BYTES = 1_048_576;

@Controller('v1/hooks')
@Topic('Where hooks take events.')
export class HooksController {
  constructor(private readonly events: HookEventsService) {}

  @Post(':token')
  @Does(
    'Takes an event: `{"id": "...", "records": [{"fields": {...}}]}`, up to 1,000 records and 1 MB.',
    'Signed by the secret of the hook: `X-Colloquy-Signature` is `sha256=` and the HMAC-SHA256, in hexadecimal, of the time, a point and the body as it is sent; the time, in seconds since 1970, is in `X-Colloquy-Timestamp` and may be five minutes off. An event whose `id` came before is not written again.',
  )
  @Public()
  @ApiParam({ name: 'token', description: 'Of the hook.', schema: { type: 'string' } })
  @ApiHeader({
    name: 'X-Colloquy-Timestamp',
    description: 'Seconds since 1970.',
    required: true,
    schema: { type: 'string' },
  })
  @ApiHeader({
    name: 'X-Colloquy-Signature',
    description: '`sha256=` and the signature.',
    required: true,
    schema: { type: 'string' },
  })
  @TakesBytes('JSON, signed as it is.')
  @Answers(200, HookOutcomeResponse)
  @Fails(NotFound, HookSignatureRefused, ValueTaken, TableLimitReached, TableBusy)
  async receive(
    @Param('token') token: string,
    @Headers('x-colloquy-timestamp') timestamp: string | undefined,
    @Headers('x-colloquy-signature') signature: string | undefined,
    @ByteBody() bytes: AsyncIterable<Buffer>,
  ): Promise<HookOutcomeResponse> {
    const body = await bytesUpTo(bytes, MAX_EVENT_BYTES);
    return this.events.receive({ token, timestamp: timestamp ?? '', signature: signature ?? '', body });
  }
}
