import { type DynamicModule, Module } from '@nestjs/common';
import type { QueueConfig } from '#config';
import { InProcessSignalBus } from './adapters/in-process/in-process.signal-bus.js';
import { RedisSignalBus } from './adapters/redis/redis.signal-bus.js';
import { SignalBus } from './ports/signal-bus.port.js';

/** Hints between processes: by Redis where there is one, else within the process. */
@Module({})
export class SignalsModule {
  static with(queue: QueueConfig): DynamicModule {
    const { redisUrl } = queue;
    return {
      module: SignalsModule,
      global: true,
      providers: [
        {
          provide: SignalBus,
          useFactory: () => (redisUrl ? new RedisSignalBus(queue, redisUrl) : new InProcessSignalBus()),
        },
      ],
      exports: [SignalBus],
    };
  }
}
