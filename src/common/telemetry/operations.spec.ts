import { beforeEach, describe, expect, it } from '@jest/globals';
import { NotFound } from '#common/errors';
import { FakeMeter } from '../../../test/fakes/fake.meter.js';
import { FakeTracer } from '../../../test/fakes/fake.tracer.js';
import { collect } from '../../../test/support/collect.js';
import { NoMeter } from './adapters/none/none.meter.js';
import { defineHistogram } from './metric-declaration.js';
import { defineOperation } from './operation-declaration.js';
import { Operations } from './operations.js';
import type { Run } from './run.js';

const errand = defineOperation({
  name: 'errand.run',
  help: 'Errands.',
  labels: { kind: 'errand.kind' },
  buckets: [1],
  resource: (facts) => `errand ${String(facts['errand.kind'])}`,
});
const halfway = defineHistogram({
  name: 'colloquy_errand_halfway_seconds',
  help: 'Half.',
  labels: ['kind'],
  buckets: [1],
});
const FACTS = { 'errand.kind': 'urgent', 'errand.id': 7 };
const failing = new Error('it broke');

async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('Operations', () => {
  let tracer: FakeTracer;
  let meter: FakeMeter;
  let operations: Operations;

  beforeEach(() => {
    tracer = new FakeTracer();
    meter = new FakeMeter();
    operations = new Operations(tracer, meter);
  });

  const outcomes = (): string[] => meter.measured.map(({ labels }) => labels['outcome'] ?? '');

  it('traces and measures work, and gives what it gives', async () => {
    const result = await operations.run(errand, FACTS, async (run) => {
      run.note({ found: 3 });
      return 'done';
    });

    expect(result).toBe('done');
    expect(tracer.spans).toMatchObject([
      {
        start: { name: 'colloquy.errand.run', resource: 'errand urgent', kind: 'internal' },
        facts: { 'errand.kind': 'urgent', 'errand.id': 7, found: 3, outcome: 'ok' },
        isEnded: true,
      },
    ]);
    expect(meter.measured).toEqual([
      { name: 'colloquy_errand_run_seconds', labels: { kind: 'urgent', outcome: 'ok' } },
    ]);
  });

  it.each([
    ['the code of a known failure', new NotFound('It'), 'not_found', 'not_found'],
    ['internal', failing, 'internal', 'internal'],
    ['aborted, which is no failure', new DOMException('gone', 'AbortError'), 'aborted', undefined],
  ])('takes %s for the outcome of what was thrown, and throws it', async (_name, thrown, outcome, code) => {
    await expect(operations.run(errand, FACTS, () => Promise.reject(thrown))).rejects.toBe(thrown);

    expect(outcomes()).toEqual([outcome]);
    expect(tracer.spans[0]).toMatchObject({ failedWith: code, isEnded: true });
  });

  it('takes the word of the work for how it ended', async () => {
    await operations.run(errand, FACTS, async (run) => run.endAs('retried', 'errands.late'));

    expect(outcomes()).toEqual(['retried']);
    expect(tracer.spans[0]?.failedWith).toBe('errands.late');
  });

  it('labels nothing with what was not declared', async () => {
    await operations.run(errand, FACTS, async (run) => run.observe(halfway, 0.5));

    expect(meter.measured[0]).toEqual({ name: halfway.name, labels: { kind: 'urgent' } });
  });

  it('nests what work begins, also in pieces', async () => {
    await operations.run(errand, FACTS, async () => {
      await operations.run(errand, FACTS, async () => undefined);
      await collect(operations.stream(errand, FACTS, () => pieces('a')));
    });

    expect(tracer.spans.map(({ parent }) => parent)).toEqual([null, 'span-1', 'span-1']);
  });

  it('goes on from work elsewhere when told so, and from nothing when there was none', async () => {
    await operations.run(errand, FACTS, async () => {
      await operations.run(errand, FACTS, async () => undefined, { parent: 'elsewhere' });
      await operations.run(errand, FACTS, async () => undefined, { parent: null });
    });

    expect(tracer.spans.map(({ parent }) => parent)).toEqual([null, 'elsewhere', null]);
  });

  describe('in pieces', () => {
    const seen: string[] = [];
    const note = (piece: string, run: Run): void => {
      seen.push(piece);
      run.note({ pieces: seen.length });
    };

    it('begins with the first one asked for and ends with the last', async () => {
      const answer = operations.stream(errand, FACTS, () => pieces('a', 'b'), note);
      const begunBefore = tracer.spans.length;

      expect(await collect(answer)).toEqual(['a', 'b']);

      expect(begunBefore).toBe(0);
      expect(seen).toEqual(['a', 'b']);
      expect(tracer.spans).toMatchObject([{ facts: { pieces: 2, outcome: 'ok' }, isEnded: true }]);
      expect(outcomes()).toEqual(['ok']);
    });

    it('runs the source within the span', async () => {
      async function* source(): AsyncGenerator<string | null> {
        yield tracer.traceParent();
        await Promise.resolve();
        yield tracer.traceParent();
      }

      expect(await collect(operations.stream(errand, FACTS, source))).toEqual(['span-1', 'span-1']);
      expect(tracer.traceParent()).toBeNull();
    });

    it('ends as aborted when the reader leaves, and lets the source clean up', async () => {
      let isClean = false;
      async function* source(): AsyncGenerator<string> {
        try {
          yield* pieces('a', 'b');
        } finally {
          isClean = true;
        }
      }

      for await (const piece of operations.stream(errand, FACTS, source)) {
        expect(piece).toBe('a');
        break;
      }

      expect(isClean).toBe(true);
      expect(outcomes()).toEqual(['aborted']);
    });

    it('fails with its source', async () => {
      async function* source(): AsyncGenerator<string> {
        yield 'a';
        throw failing;
      }

      await expect(collect(operations.stream(errand, FACTS, source))).rejects.toBe(failing);

      expect(outcomes()).toEqual(['internal']);
      expect(tracer.spans[0]?.failedWith).toBe('internal');
    });
  });

  it('hands work through where nobody watches', async () => {
    const unobserved = Operations.unobserved();
    const source = pieces('a');

    expect(unobserved.stream(errand, FACTS, () => source)).toBe(source);
    expect(await unobserved.run(errand, FACTS, () => Promise.resolve(1))).toBe(1);
    expect(unobserved.traceParent()).toBeNull();
  });

  it('traces without measuring', async () => {
    await new Operations(tracer, new NoMeter()).run(errand, FACTS, async () => undefined);

    expect(tracer.spans).toHaveLength(1);
  });
});
