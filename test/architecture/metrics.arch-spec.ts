import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { declaredMetrics } from '#common/telemetry';
import '../../src/app.module.js';
import '../../src/common/telemetry/adapters/prometheus/prometheus.meter.js';

const guide = readFileSync('docs/operations.md', 'utf8');
const metrics = declaredMetrics();
const names = metrics.map(({ name }) => name).sort();

describe('metrics', () => {
  it('have each a row in docs/operations.md', () => {
    const rows = [...guide.matchAll(/^\| `(colloquy_[a-z_]+)` /gm)].map(([, name]) => name);

    expect(rows.sort()).toEqual(names);
  });

  it('are what queries and alerts there ask for', () => {
    const asked = [...guide.matchAll(/\bcolloquy_[a-z_]+/g)].map(([name]) =>
      name.replace(/_(bucket|count|sum)$/, ''),
    );

    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('say their unit: seconds for histograms, total for what only grows', () => {
    const wrong = metrics.filter((metric) => 'buckets' in metric && !metric.name.endsWith('_seconds'));

    expect(wrong).toEqual([]);
  });

  it('have labels of few values: no ids, names, texts or addresses', () => {
    const allowed = new Set([
      ...['kind', 'method', 'model', 'outcome', 'provider', 'queue', 'readings', 'route', 'state'],
      ...['status', 'type'],
    ]);

    expect(metrics.flatMap(({ labels }) => labels).filter((label) => !allowed.has(label))).toEqual([]);
  });
});
