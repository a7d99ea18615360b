import { describe, it } from '@jest/globals';

/** Shows a suite as skipped and says which variable would run it. Never guesses a server: it could be somebody's data. */
export function skipLoudly(name: string, variable: string): void {
  process.stderr.write(`\nSKIPPED: "${name}" needs ${variable}; see scripts/services.sh.\n`);
  describe.skip(name, () => {
    it(`needs ${variable}`, () => undefined);
  });
}
