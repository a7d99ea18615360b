import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { defineGauge } from '../../metric-declaration.js';
import type { Reading } from '../../ports/meter.port.js';
import { KeptReadings } from './kept-readings.js';

const gauge = defineGauge({ name: 'colloquy_test_gauge', help: 'A test.', labels: [] });

describe('KeptReadings', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('looks up once for all who ask within five seconds', async () => {
    let lookUps = 0;
    const read = (): Promise<Reading[]> => Promise.resolve([{ gauge, value: (lookUps += 1) }]);
    const kept = new KeptReadings({ name: 'test', gauges: [gauge], read });

    const answers = [...(await Promise.all([kept.get(), kept.get()])), await kept.get()];

    expect(answers.map((values) => values?.[0]?.value)).toEqual([1, 1, 1]);
  });

  it('has no value while the look-up fails, and one again when it does not', async () => {
    let isAway = true;
    const read = (): Promise<Reading[]> =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve([{ gauge, value: 1 }]);
    const kept = new KeptReadings({ name: 'test', gauges: [gauge], read }, 0);

    const during = await kept.get();
    isAway = false;

    expect(during).toBeUndefined();
    expect(await kept.get()).toEqual([{ gauge, value: 1 }]);
  });

  it('does not wait for a look-up that hangs, and starts no other beside it', async () => {
    let lookUps = 0;
    const read = (): Promise<Reading[]> => {
      lookUps += 1;
      return new Promise(() => undefined);
    };
    const kept = new KeptReadings({ name: 'test', gauges: [gauge], read }, 0, 10);

    expect([await kept.get(), await kept.get()]).toEqual([undefined, undefined]);
    expect(lookUps).toBe(1);
  });
});
