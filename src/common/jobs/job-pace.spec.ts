import { describe, expect, it } from '@jest/globals';
import { JobPace } from './job-pace.js';

const pages = (done: number, known: number | null) => ({ done, known, unit: 'pages' });

describe('JobPace', () => {
  it('says nothing of the rate at first', () => {
    expect(new JobPace().note(0, pages(0, 100), 0)).toEqual({
      counts: { done: 0, known: 100, unit: 'pages', perSecond: null },
      endsInMs: null,
    });
  });

  it('says how many a second, and how long the rest takes', () => {
    const pace = new JobPace();
    pace.note(0, pages(0, 100), 0);

    expect(pace.note(0.2, pages(20, 100), 4_000)).toEqual({
      counts: { done: 20, known: 100, unit: 'pages', perSecond: 5 },
      endsInMs: 16_000,
    });
  });

  it('goes by the last half minute, not by all of the past', () => {
    const pace = new JobPace();
    for (let second = 0; second <= 100; second += 1) pace.note(0, pages(second * 10, 2_000), second * 1_000);

    for (let second = 101; second <= 140; second += 1)
      pace.note(0, pages(1_000 + (second - 100), 2_000), second * 1_000);

    expect(pace.note(0, pages(1_041, 2_000), 141_000).counts?.perSecond).toBe(1);
  });

  it('knows the rate of the turn before until it has one of its own', () => {
    const pace = new JobPace(12.5);

    expect(pace.note(0.5, pages(50, 100), 0).counts?.perSecond).toBe(12.5);
    expect(pace.note(0.5, pages(50, 100), 0).endsInMs).toBe(4_000);
    expect(pace.note(0.6, pages(60, 100), 1_000).counts?.perSecond).toBe(10);
  });

  it('does not mistake more known pages for a step back', () => {
    const pace = new JobPace();
    pace.note(0.5, pages(10, 20), 0);

    expect(pace.note(0.02, pages(20, 1_000), 1_000).counts?.perSecond).toBe(10);
  });

  it('begins anew with other parts', () => {
    const pace = new JobPace();
    pace.note(0, pages(0, 100), 0);
    pace.note(0.5, pages(50, 100), 1_000);

    const { counts, endsInMs } = pace.note(0.5, { done: 3, known: 30, unit: 'passages' }, 2_000);

    expect(counts?.perSecond).toBeNull();
    expect(endsInMs).toBeNull();
  });

  it('estimates by the share that is done where the number of parts is unknown', () => {
    const pace = new JobPace();
    pace.note(0.1, pages(100, null), 0);

    expect(pace.note(0.2, pages(200, null), 1_000).endsInMs).toBeNull();
    expect(pace.note(0.6, pages(600, null), 5_000)).toEqual({
      counts: { done: 600, known: null, unit: 'pages', perSecond: 100 },
      endsInMs: 4_000,
    });
  });

  it('estimates by the share alone where there are no parts', () => {
    const pace = new JobPace();
    pace.note(0, null, 0);

    expect(pace.note(0.25, null, 10_000)).toEqual({ counts: null, endsInMs: 30_000 });
  });

  it('names no end that is absurdly far off, or past', () => {
    const pace = new JobPace();
    pace.note(0, pages(0, 1e12), 0);

    expect(pace.note(0, pages(1, 1e12), 10_000).endsInMs).toBeNull();
    expect(pace.note(1, pages(20, 10), 20_000).endsInMs).toBeNull();
  });

  it('remembers little of a job that reports all the time', () => {
    const pace = new JobPace();
    for (let ms = 0; ms < 60_000; ms += 1) pace.note(ms / 60_000, pages(ms, 60_000), ms);

    expect(pace.note(1, pages(60_000, 60_000), 60_000).counts?.perSecond).toBe(1_000);
  });
});
