import { describe, expect, it } from '@jest/globals';
import { workerFile } from './worker-file.js';

describe('workerFile', () => {
  it('finds the compiled twin of a module that runs from its source', () => {
    const found = workerFile(import.meta.url, './worker-file.js');

    expect(found).toMatch(/dist[\\/]src[\\/]common[\\/]workers[\\/]worker-file\.js$/);
  });

  it('leaves a module that runs from the compiled code where it is', () => {
    const compiled = new URL('../../../dist/src/common/workers/index.js', import.meta.url).href;

    const found = workerFile(compiled, './worker-file.js');

    expect(found).toMatch(/dist[\\/]src[\\/]common[\\/]workers[\\/]worker-file\.js$/);
  });

  it('says what to do when the worker was not built', () => {
    const find = () => workerFile(import.meta.url, './no-such.worker.js');

    expect(find).toThrow(/npm run build/);
  });
});
