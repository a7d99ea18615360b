// Runs jest. Suites of faults time and weigh what they see, so they go one after the other once all others are through;
// a call that picks its tests is one run. With --outputFile the second run writes beside the first, as `alone-<name>`.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';

const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');
const given = process.argv.slice(2);

function run(...all) {
  const options = ['--experimental-vm-modules', '--no-warnings'];
  const { status } = spawnSync(process.execPath, [...options, jest, ...all], { stdio: 'inherit' });
  return status ?? 1;
}

const OUTPUT_FILE = '--outputFile=';

/** The same arguments, with results that go beside those of the first run. Jest takes one output file only. */
function besideIt(argument) {
  if (!argument.startsWith(OUTPUT_FILE)) return argument;
  const file = argument.slice(OUTPUT_FILE.length);
  return OUTPUT_FILE + join(dirname(file), `alone-${basename(file)}`);
}

const isPicky = given.some((argument) => !argument.startsWith('-')) || given.includes('--selectProjects');

process.exitCode = isPicky
  ? run(...given)
  : Math.max(
      run(
        ...given,
        '--selectProjects',
        'unit',
        'integration',
        'e2e',
        'architecture',
        '--maxWorkers',
        String(Math.min(availableParallelism(), 8)),
      ),
      run(...given.map(besideIt), '--selectProjects', 'faults', '--maxWorkers', '1'),
    );
