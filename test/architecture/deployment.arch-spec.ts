import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { AppConfig, ServerConfig, settingsOf } from '#config';
import { parseDockerfile } from '../support/dockerfile.js';
import { LoopbackServer } from '../support/outbound/loopback-server.js';
import { runToEnd } from '../support/run-to-end.js';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly restart: string;
  readonly stop_grace_period?: string;
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
}

const read = (path: string): string => readFileSync(path, 'utf8');
/** `dist/src/main.js` is made of `src/main.ts`. */
const sourceOf = (path: string): string => path.replace(/^dist\//, '').replace(/\.js$/, '.ts');

function settings(): string[] {
  return new AppConfig()
    .sections()
    .flatMap((section) => settingsOf(section.constructor).map(({ variable }) => variable));
}

describe('the Dockerfile', () => {
  const stages = parseDockerfile(read('Dockerfile'));
  const last = stages.at(-1);
  const all = stages.flatMap(({ instructions }) => instructions);
  const textOf = (name: string): string => last?.instructions.find((one) => one.name === name)?.text ?? '';
  const command = (name: string): string[] => JSON.parse(textOf(name).replace(/^.*?(?=\[)/, '')) as string[];

  it('builds in one stage and runs in another, on Node 24', () => {
    expect(stages.map(({ from }) => from)).toEqual(['node:24-slim', 'node:24-slim']);
  });

  it('installs what the lock file says and keeps nothing that only developers need', () => {
    const runs = stages[0]?.instructions.filter(({ name }) => name === 'RUN').map(({ text }) => text) ?? [];

    expect(runs[0]).toBe('npm ci --ignore-scripts');
    expect(runs.at(-1)).toContain('npm prune --omit=dev');
    expect(all.filter(({ name, text }) => name === 'RUN' && text.includes('npm install'))).toEqual([]);
  });

  it('does not run as root', () => {
    expect(textOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('gets signals itself and is ended by the one that it knows', () => {
    const [program, ...rest] = command('CMD');

    expect(program).toBe('node');
    expect(existsSync(sourceOf(rest.at(-1) ?? ''))).toBe(true);
    expect(textOf('STOPSIGNAL')).toBe('SIGTERM');
  });

  it('copies what exists and what the context has', () => {
    const context = read('.dockerignore').split('\n');
    const copied = all
      .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from='))
      .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));

    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect(copied.filter((path) => !context.includes(`!${path}`))).toEqual([]);
    expect(context.filter((line) => line !== '' && !line.startsWith('#'))[0]).toBe('*');
  });

  it('holds no secret', () => {
    const named = all.filter(({ name }) => name === 'ENV' || name === 'ARG').map(({ text }) => text);

    expect(named.filter((text) => /secret|key|token|password|_url/i.test(text))).toEqual([]);
  });

  it('sets nothing that is no setting', () => {
    const set = [...textOf('ENV').matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name);

    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((name) => !settings().includes(name))).toEqual([]);
  });

  it.each([
    ['is ready', 200, 0],
    ['is stopping', 503, 1],
  ])('tells a server that %s', async (_case, status, expected) => {
    const asked: string[] = [];
    const server = await LoopbackServer.http((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end();
    });
    const [program = '', ...args] = command('HEALTHCHECK');

    const { code } = await runToEnd(program, args, {
      cwd: '.',
      env: { ...process.env, PORT: String(server.port) },
    });
    await server.close();

    expect(code).toBe(expected);
    expect(asked).toEqual(['/health/ready']);
  });
});

describe('docker-compose.yml', () => {
  const text = read('docker-compose.yml');
  const file = parse(text, { merge: true }) as ComposeFile;
  const { services } = file;
  const ours = Object.entries(services).filter(([, { image }]) => image === 'colloquy');
  const lasting = Object.entries(services).filter(([name]) => name !== 'migrate');

  it('fits the Compose Specification', () => {
    // It names a draft by an address that no validator knows, and ids in the manner of an older one.
    const withoutNames = (key: string, value: unknown): unknown =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value;
    const schema = JSON.parse(read('test/fixtures/compose-spec/compose-spec.json'), withoutNames) as object;
    const ajv = new Ajv2019({ allErrors: true, strict: false, validateFormats: false });
    const validate = ajv.compile(schema);

    expect(validate(file) ? [] : validate.errors).toEqual([]);
    expect(validate({ services: { api: { image: 7 } } })).toBe(false);
  });

  it('has the servers, the migrations, the API and the workers', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'redis', 'migrate', 'api', 'worker']);
    expect(services['postgres']?.image).toMatch(/^pgvector\/pgvector:pg\d+$/);
  });

  it('runs files that are there', () => {
    const files = ours.map(([, { command = [] }]) =>
      sourceOf(command.find((part) => part.endsWith('.js')) ?? ''),
    );

    expect(files).toEqual(['src/migrate.ts', 'src/main.ts', 'src/worker.ts']);
    expect(files.every((path) => existsSync(path))).toBe(true);
  });

  it('starts ours once the servers are healthy and the database is up to date', () => {
    const healthy = { condition: 'service_healthy' };
    const expected = {
      migrate: { condition: 'service_completed_successfully' },
      postgres: healthy,
      redis: healthy,
    };

    expect(services['migrate']?.depends_on).toEqual({ postgres: healthy });
    expect(services['api']?.depends_on).toEqual(expected);
    expect(services['worker']?.depends_on).toEqual(expected);
  });

  it('checks the health of all that lasts, and starts it again', () => {
    expect(lasting.filter(([, { healthcheck }]) => !healthcheck.test)).toEqual([]);
    expect(lasting.filter(([, { restart }]) => restart !== 'unless-stopped')).toEqual([]);
    expect(services['migrate']).toMatchObject({ restart: 'no', healthcheck: { disable: true } });
  });

  it.each(['api', 'worker'])('gives the %s longer to stop than it takes', (name) => {
    const { shutdownDelayMs, drainTimeoutMs } = new ServerConfig();

    expect(Number.parseInt(services[name]?.stop_grace_period ?? '0', 10) * 1_000).toBeGreaterThan(
      shutdownDelayMs + drainTimeoutMs + 5_000,
    );
  });

  it('opens ports to this machine only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);

    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('can start the servers alone without a variable, and holds no secret of ours', () => {
    const variables = [...text.matchAll(/\$\{([A-Z_]+)([^}]*)\}/g)].map(([, name = '', rest = '']) => ({
      name,
      rest,
    }));

    expect(variables.filter(({ rest }) => !rest.startsWith(':-'))).toEqual([]);
    expect(variables.filter(({ name }) => /SECRET|KEY/.test(name)).map(({ rest }) => rest)).toEqual([
      ':-',
      ':-',
      ':-',
    ]);
  });

  it('sets nothing that is no setting', () => {
    const known = settings();
    const set = new Set(ours.flatMap(([, { environment }]) => Object.keys(environment)));

    expect([...set].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names the address of the test database as it is', () => {
    const [, url = ''] = /TEST_DATABASE_URL=(\S+)/.exec(text) ?? [];
    const { port, username } = new URL(url);

    expect(services['postgres']?.ports).toEqual([`127.0.0.1:${port}:5432`]);
    expect(services['postgres']?.environment['POSTGRES_USER']).toBe(username);
  });
});
