import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Logger, pino } from 'pino';
import { GatheredLines } from './gathered-lines.js';

describe('GatheredLines', () => {
  let written: string[];
  let lines: GatheredLines;
  let log: Logger;

  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    lines = new GatheredLines({ write: (text) => written.push(text) }, 50);
    log = pino({ base: null, timestamp: false }, lines);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const said = (): string[] => written.map((text) => text.replaceAll(/[^\n]*"msg":"(\w+)"\}\n/g, '$1 '));

  it('writes at once what was said within a while', () => {
    log.info('one');
    log.info('two');
    expect(written).toEqual([]);

    jest.advanceTimersByTime(50);
    expect(said()).toEqual(['one two ']);

    log.info('three');
    jest.advanceTimersByTime(50);
    expect(said()).toEqual(['one two ', 'three ']);
  });

  it('does not let a warning wait, nor what was said before it', () => {
    log.info('before');
    log.warn('warning');
    log.info('after');

    expect(said()).toEqual(['before warning ']);
  });

  it('writes early when there is much', () => {
    for (let i = 0; i < 20; i += 1) log.info('x'.repeat(1_000));

    expect(written).toHaveLength(1);
    expect(written[0]?.length).toBeGreaterThan(16_000);
  });

  it('loses nothing when the process exits', () => {
    log.info('last');

    process.listeners('exit').at(-1)?.(0);

    expect(said()).toEqual(['last ']);
    jest.advanceTimersByTime(100);
    expect(written).toHaveLength(1);
  });
});
