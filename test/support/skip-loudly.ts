import { describe, it } from '@jest/globals';

/** Shows a suite as skipped and says what would run it. Never guesses a server: it could be somebody's data. */
export function skipLoudly(name: string, need: string, script = 'scripts/services.sh'): void {
  process.stderr.write(`\nSKIPPED: "${name}" needs ${need}; see ${script}.\n`);
  describe.skip(name, () => {
    it(`needs ${need}`, () => undefined);
  });
}
