// Runs jest. Suites of faults time and weigh what they see, so they go one after the other once all others are through;
// a call that picks its tests is one run. With --outputFile the second run writes beside the first, as `alone-<name>`.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';

const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');
const given = process.argv.slice(2);

function run(...more) {
  const options = ['--experimental-vm-modules', '--no-warnings'];
  const { status } = spawnSync(process.execPath, [...options, jest, ...given, ...more], { stdio: 'inherit' });
  return status ?? 1;
}

const outputFile = given.find((argument) => argument.startsWith('--outputFile='))?.split('=')[1];
const besideIt = outputFile
  ? [`--outputFile=${join(dirname(outputFile), `alone-${basename(outputFile)}`)}`]
  : [];
const isPicky = given.some((argument) => !argument.startsWith('-')) || given.includes('--selectProjects');

process.exitCode = isPicky
  ? run()
  : Math.max(
      run(
        '--selectProjects',
        'unit',
        'integration',
        'e2e',
        'architecture',
        '--maxWorkers',
        String(Math.min(availableParallelism(), 8)),
      ),
      run('--selectProjects', 'faults', '--maxWorkers', '1', ...besideIt),
    );
