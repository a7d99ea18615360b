import { Global, Module } from '@nestjs/common';
import { OutboundConfig } from '#config';
import { Operations } from '#common/telemetry';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyPurger } from './idempotency-purger.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { KeptAnswers } from './kept-answers.js';
import { OpenStreams } from './open-streams.js';
import { OutboundClient } from './outbound/index.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimits } from './rate-limits.js';

/** What requests pass through on their way in, and the one way out. */
@Global()
@Module({
  providers: [
    IdempotencyInterceptor,
    IdempotencyPurger,
    IdempotencyRepository,
    KeptAnswers,
    OpenStreams,
    RateLimitGuard,
    RateLimits,
    {
      provide: OutboundClient,
      inject: [OutboundConfig, Operations],
      useFactory: ({ allow }: OutboundConfig, operations: Operations) =>
        new OutboundClient({ allow, operations }),
    },
  ],
  exports: [IdempotencyInterceptor, KeptAnswers, OpenStreams, OutboundClient, RateLimitGuard, RateLimits],
})
export class HttpModule {}
