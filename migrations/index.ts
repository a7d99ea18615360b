import { Migration20261123200000_create_foundation } from './Migration20261123200000_create_foundation.js';

/** Every migration, oldest first. The same ones run on PGlite and on Postgres. */
export const migrations = [
  {
    name: 'Migration20261123200000_create_foundation',
    class: Migration20261123200000_create_foundation,
  },
];
