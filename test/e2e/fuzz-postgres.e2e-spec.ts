import { describeOnPostgres } from '../support/database-targets.js';
import { fuzzOn } from '../support/fuzz/fuzz-suite.js';

describeOnPostgres('calls made out of the document on Postgres', fuzzOn);
