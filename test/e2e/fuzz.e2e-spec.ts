import { describe } from '@jest/globals';
import { pgliteTarget } from '../support/database-targets.js';
import { fuzzOn } from '../support/fuzz/fuzz-suite.js';

describe('calls made out of the document on PGlite', () => {
  fuzzOn(pgliteTarget);
});
