import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runToEnd, type RunResult } from '../support/run-to-end.js';
import { NODE } from '../support/server.js';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'openapi', 'openapi.json');
const GENERATED = join(ROOT, 'test', 'support', 'generated', 'api.ts');

const REDOCLY = '@redocly/cli/bin/cli.js';
const OPENAPI_TYPESCRIPT = 'openapi-typescript/bin/cli.js';
const HEY_API = '@hey-api/openapi-ts/bin/run.js';
const TSC = 'typescript/bin/tsc';

/** They would ask the network whether they are new enough, and tell it that they ran. */
const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true', NO_COLOR: '1' };

interface Linted {
  readonly totals: { readonly errors: number; readonly warnings: number; readonly ignored: number };
  readonly problems: readonly object[];
}

/** Runs a tool of `node_modules` as npm scripts do. */
function run(tool: string, ...args: readonly string[]): Promise<RunResult> {
  const env = { ...process.env, ...QUIET, NODE_OPTIONS: '' };
  return runToEnd(NODE, [join(ROOT, 'node_modules', tool), ...args], { env, cwd: ROOT });
}

describe('openapi/openapi.json', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'colloquy-generated-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Compiles a file and what it imports, as strictly as the product itself and with all declarations looked at. */
  const compile = (file: string): Promise<RunResult> => {
    const config = join(folder, 'tsconfig.json');
    const compilerOptions = {
      ...{ noEmit: true, rootDir: '/', skipLibCheck: false },
      typeRoots: [join(ROOT, 'node_modules', '@types')],
    };
    writeFileSync(
      config,
      JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [file], exclude: [] }),
    );
    return run(TSC, '-p', config);
  };

  it('passes the linter without a warning, and none is ignored', async () => {
    const { output, errors } = await run(REDOCLY, 'lint', DOCUMENT, '--format=json');

    const { totals, problems } = JSON.parse(
      output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1),
    ) as Linted;
    expect(problems).toEqual([]);
    expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
    expect(errors).not.toMatch(/warn|deprecat/i);
  });

  it('has routes and schemas in alphabetical order, wherever their modules stand', () => {
    const { paths, components } = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as {
      readonly paths: object;
      readonly components: { readonly schemas: object };
    };

    for (const part of [paths, components.schemas]) {
      const names = Object.keys(part);
      expect(names).toEqual(names.toSorted());
    }
  });

  it('is linted by all of the strict ruleset', () => {
    const config = readFileSync(join(ROOT, 'redocly.yaml'), 'utf8');

    expect(config).toContain('- recommended-strict');
    expect(config).not.toMatch(/: *(off|warn)\b/);
  });

  it('gives openapi-typescript no reason to warn, and the types that are committed', async () => {
    const target = join(folder, 'api.ts');
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: { openapi: string };
    };
    const options = scripts.openapi.split(' ').filter((word) => /^--(?!output)/.test(word));

    const { code, errors } = await run(OPENAPI_TYPESCRIPT, DOCUMENT, '--output', target, ...options);

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(readFileSync(target, 'utf8')).toBe(readFileSync(GENERATED, 'utf8'));
    expect(await compile(target)).toMatchObject({ code: 0, output: '' });
  });

  it('gives openapi-ts no reason to warn, and a client that compiles strictly', async () => {
    const plugins = ['client-fetch', 'typescript', 'sdk', 'schemas', 'transformers'].map(
      (name) => `@hey-api/${name}`,
    );
    const target = join(folder, 'client');

    const { code, errors } = await run(
      HEY_API,
      ...['--input', DOCUMENT, '--output', target, '--no-log-file', '--plugins', ...plugins],
    );

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(await compile(join(target, '**', '*.ts'))).toMatchObject({ code: 0, output: '' });
    const types = readFileSync(join(target, 'types.gen.ts'), 'utf8');
    expect(types).toMatch(/JobsEventsResponses = \{[^}]*200: JobResponse \| StreamError;/s);
  });

  it.each([
    ['the linter', REDOCLY, ['lint', '--format=json']],
    ['openapi-typescript', OPENAPI_TYPESCRIPT, []],
    ['openapi-ts', HEY_API, ['--no-log-file', '--output', 'nowhere', '--input']],
  ])('would be refused by %s if it had a reference that leads nowhere', async (_, tool, args) => {
    const broken = join(folder, 'broken.json');
    const text = readFileSync(DOCUMENT, 'utf8').replaceAll(
      '#/components/schemas/BotResponse"',
      '#/no/such/place"',
    );
    writeFileSync(broken, text);

    const { code, errors } = await run(
      tool,
      ...args.map((arg) => arg.replace('nowhere', join(folder, 'nowhere'))),
      broken,
    );

    expect(code !== 0 || errors !== '').toBe(true);
  });
});
