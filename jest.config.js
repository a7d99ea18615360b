const mapped = {
  '^#config$': '<rootDir>/src/config/index.ts',
  '^#common/(.*)$': '<rootDir>/src/common/$1/index.ts',
  '^#modules/(.*)$': '<rootDir>/src/modules/$1/index.ts',
  '^(\\.{1,2}/.*)\\.js$': '$1',
};

/** One project a ring, see CONTRIBUTING.md. */
const ring = (displayName, testMatch, more = {}) => ({
  displayName,
  rootDir: '.',
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: mapped,
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  ...more,
});

export default {
  // Generous, since suites share cores: no test judges by how long it takes, so that a time limit only ends what hangs.
  testTimeout: 120_000,
  // Modules of a suite stay in memory after it (nodejs/node#33439): a worker that has grown makes room for a new one.
  workerIdleMemoryLimit: '1500MB',
  testSequencer: '<rootDir>/test/support/jest/sequencer.cjs',
  projects: [
    ring('unit', ['<rootDir>/src/**/*.spec.ts', '<rootDir>/scripts/**/*.spec.ts']),
    ring('integration', ['<rootDir>/test/integration/**/*.int-spec.ts']),
    ring('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts']),
    ring('architecture', ['<rootDir>/test/architecture/**/*.arch-spec.ts']),
    ring('faults', ['<rootDir>/test/faults/**/*.fault-spec.ts']),
  ],
};
