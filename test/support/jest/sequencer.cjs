const { default: TestSequencer } = require('@jest/test-sequencer');

/** Longest first: begun last, one would run alone. Jest judges what it has not run yet by the size of its file. */
const LONG = [
  'test/e2e/fuzz-postgres.e2e-spec.ts',
  'test/e2e/fuzz.e2e-spec.ts',
  'test/e2e/planted-events.e2e-spec.ts',
];

/** How early a suite has to begin. */
function placeOf({ path }) {
  const place = LONG.findIndex((name) => path.endsWith(name));
  return place < 0 ? LONG.length : place;
}

module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => placeOf(one) - placeOf(other));
  }
};
