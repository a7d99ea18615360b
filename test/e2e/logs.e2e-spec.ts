import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, apiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { TestServer } from '../support/server.js';

const PASSWORD = 'Unspoken-horse-7-battery';
/** A port on which nobody listens. */
const NOBODY = '127.0.0.1:9';
const QUESTION = 'What is the unspeakable question?';

interface Line {
  readonly msg: string;
  readonly requestId?: string;
  readonly jobId?: string;
  readonly jobType?: string;
  readonly req?: object;
  readonly dd?: object;
}

function linesOf(log: string): Line[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

async function signUp(server: TestServer, email: string): Promise<ApiClient> {
  const registration = { email, password: PASSWORD, workspaceName: 'Quiet' };
  const { body } = await apiClient(server.url).post<{ accessToken: string }>(
    '/v1/auth/register',
    registration,
  );
  return apiClient(server.url, body.accessToken);
}

describe('the log', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ env: { LOG_LEVEL: 'trace', OUTBOUND_ALLOW: NOBODY } });
  });

  afterAll(() => server.stop());

  it('holds request ids, but at no level passwords, tokens, keys or what was said', async () => {
    const anonymous = apiClient(server.url);
    const registration = { email: 'quiet@example.com', password: PASSWORD, workspaceName: 'Quiet' };
    const { body } = await anonymous.post<{ accessToken: string; refreshToken: string }>(
      '/v1/auth/register',
      registration,
    );
    const owner = apiClient(server.url, body.accessToken);
    const key = await owner.post<{ key: string }>('/v1/api-keys', { name: 'Quiet' });
    const bot = await owner.post<{ id: string }>('/v1/bots', { name: 'Quiet' });
    const conversation = await owner.post<{ id: string }>(`/v1/bots/${bot.body.id}/conversations`, {});
    const turn = await owner.post(`/v1/conversations/${conversation.body.id}/messages`, {
      content: QUESTION,
    });
    await owner.get(`/v1/conversations?externalUserId=secret-person`);
    await anonymous.post('/v1/auth/register', registration);

    const log = server.log;
    expect(turn.status).toBe(200);
    expect(log).toContain(turn.headers.get('x-request-id'));
    for (const secret of [
      PASSWORD,
      QUESTION,
      body.accessToken,
      body.refreshToken,
      key.body.key,
      'secret-person',
      'quiet@example.com',
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  it('has the id of the request once on each of its lines, whatever becomes of it', async () => {
    const owner = await signUp(server, 'lines@example.com');
    const asked = { 'x-request-id': 'the-request-that-is-looked-for' };
    await owner.call('POST', '/v1/bots', { name: 'Lines' }, asked);
    await owner.call('POST', '/v1/bots', { name: 7 }, asked);
    await owner.call('GET', '/v1/nowhere', undefined, asked);

    const log = await eventually(
      () => server.log,
      (text) => linesOf(text).filter(({ requestId }) => requestId === asked['x-request-id']).length >= 3,
    );

    const lines = log.split('\n').filter((line) => line.startsWith('{') && line.includes('"req":'));
    expect(lines.filter((line) => line.split('"requestId":').length !== 2)).toEqual([]);
    expect(linesOf(log).filter(({ dd }) => dd !== undefined)).toEqual([]);
  });

  it('leads from a line of a job to the request that asked for it', async () => {
    const owner = await signUp(server, 'jobs@example.com');
    const added = await owner.post<{ job: { id: string } }>('/v1/datasources', {
      type: 'url',
      url: `http://${NOBODY}/`,
    });

    const line = await eventually(
      () => linesOf(server.log).find(({ jobId }) => jobId === added.body.job.id),
      (found) => found !== undefined,
    );

    expect(line).toMatchObject({
      msg: 'A job failed',
      jobType: 'datasource.sync',
      requestId: added.headers.get('x-request-id'),
    });
  });
});
