import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AppConfig, settingsOf } from '#config';

const lines = readFileSync('.env.example', 'utf8').split('\n');
const documented = new Map(
  lines.flatMap((line) => {
    const [, variable, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    return variable === undefined ? [] : [[variable, value ?? ''] as const];
  }),
);

const settings = new AppConfig()
  .sections()
  .flatMap((section) => settingsOf(section.constructor).map((setting) => ({ section, setting })));

describe('.env.example', () => {
  it('names every setting, and nothing else', () => {
    expect([...documented.keys()].sort()).toEqual(settings.map(({ setting }) => setting.variable).sort());
  });

  it.each(settings)('shows the default of $setting.variable', ({ section, setting }) => {
    const value: unknown = Reflect.get(section, setting.field);
    const shown = Array.isArray(value) ? value.join(',') : String((value as string | number | boolean) ?? '');

    expect(documented.get(setting.variable)).toBe(shown);
  });
});
