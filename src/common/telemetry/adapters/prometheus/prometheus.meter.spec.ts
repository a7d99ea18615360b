import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { samplesNamed, valueOf } from '../../../../../test/support/metrics-page.js';
import { defineCounter, defineGauge, defineHistogram } from '../../metric-declaration.js';
import type { Reading } from '../../ports/meter.port.js';
import { PrometheusMeter } from './prometheus.meter.js';

const seconds = defineHistogram({
  name: 'colloquy_spec_seconds',
  help: 'Takes time.',
  labels: ['kind'],
  buckets: [1, 2],
});
const happened = defineCounter({ name: 'colloquy_spec_total', help: 'Happens.', labels: [] });
const level = defineGauge({ name: 'colloquy_spec_level', help: 'A level.', labels: [] });

describe('PrometheusMeter', () => {
  let meter: PrometheusMeter;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    meter = new PrometheusMeter();
  });

  const page = async (): Promise<string> => (await meter.expose()).text;

  it('shows what was measured and counted', async () => {
    meter.observe(seconds, 1.5, { kind: 'slow' });
    meter.count(happened, {});

    const text = await page();
    expect(valueOf(text, 'colloquy_spec_seconds_bucket', { kind: 'slow', le: '1' })).toBe(0);
    expect(valueOf(text, 'colloquy_spec_seconds_bucket', { kind: 'slow', le: '2' })).toBe(1);
    expect(valueOf(text, 'colloquy_spec_total')).toBe(1);
  });

  it('tells of histograms that have nothing to show yet', async () => {
    expect(await page()).toContain('# HELP colloquy_spec_seconds Takes time.');
  });

  it('shows values that are looked up, and that they could be', async () => {
    meter.register({ name: 'spec', gauges: [level], read: () => [{ gauge: level, value: 7 }] });

    const text = await page();
    expect(valueOf(text, 'colloquy_spec_level')).toBe(7);
    expect(valueOf(text, 'colloquy_readings_up', { readings: 'spec' })).toBe(1);
  });

  it('shows no value that could not be looked up, not even 0, and all others', async () => {
    const away = (): Promise<Reading[]> => Promise.reject(new Error('away'));
    meter.register({ name: 'spec', gauges: [level], read: away });

    const text = await page();
    expect(samplesNamed(text, 'colloquy_spec_level')).toEqual([]);
    expect(valueOf(text, 'colloquy_readings_up', { readings: 'spec' })).toBe(0);
    expect(valueOf(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('reads what is in the process before it asks anybody else', async () => {
    const asked: string[] = [];
    const register = (name: string, isLocal: boolean): void => {
      const read = (): Reading[] => {
        asked.push(name);
        return [];
      };
      meter.register({ name, gauges: [], isLocal, read });
    };
    register('far', false);
    register('near', true);

    await page();

    expect(asked).toEqual(['near', 'far']);
  });

  it('keeps its own numbers: two of them can live in one process', async () => {
    meter.count(happened, {});

    expect(valueOf((await new PrometheusMeter().expose()).text, 'colloquy_spec_total')).toBeUndefined();
  });
});
