import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SecretBox } from '#common/crypto';
import { Sql, Tenancy } from '#common/database';
import { SecurityConfig } from '#config';
import { KeyRotationService } from '#modules/providers';
import { finishChunk, ScriptedServer, streams, textChunk } from '../integration/providers/scripted-server.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { ask, createBot, openConversation } from '../support/journey.js';

const KEY = 'sk-sealed-0123456789';
const OLD = 'an-old-installation-key-0123456789-abcdef';
const LOST = 'a-lost-installation-key-0123456789-abcdef';
const sealedWith = (encryptionKey: string, context: string): string =>
  new SecretBox(Object.assign(new SecurityConfig(), { encryptionKey })).seal(
    JSON.stringify({ secret: KEY, headers: {} }),
    context,
  );

describeOnEachDatabase('the key that seals credentials', (target) => {
  let server: ScriptedServer;
  let testApp: TestApp;
  let admin: TestMember;
  let botId: string;

  beforeAll(async () => {
    server = await ScriptedServer.start();
    server.play(streams(textChunk('Good day.'), finishChunk(), '[DONE]'));
    const { host } = new URL(server.baseUrl);
    testApp = await createTestApp({ target, env: { OUTBOUND_ALLOW: host, ENCRYPTION_KEYS_PREVIOUS: OLD } });
    admin = await (await testApp.workspace()).as('admin');
    await admin.send('providerCredentials.create', {
      body: { provider: 'openai-compatible', label: 'Ours', secret: KEY, baseUrl: server.baseUrl },
    });
    botId = (await createBot(admin, { model: { provider: 'openai-compatible', name: 'ours' } })).id;
  });
  afterAll(async () => {
    await testApp.close();
    await server.stop();
  });

  const credentialId = async (): Promise<string> =>
    (await admin.send('providerCredentials.list', {})).body.data[0]?.id ?? '';
  const unbound = <T>(work: () => Promise<T>): Promise<T> => testApp.app.get(Tenancy).runUnbound(work);
  const sealAs = async (key: string): Promise<void> => {
    const id = await credentialId();
    const sealed = sealedWith(key, `provider_credentials/${id}`);
    await unbound(() =>
      testApp.app
        .get(Sql)
        .acrossWorkspaces(
          'a test',
          'update provider_credentials set sealed = ?, updated_at = now() where id = ?',
          [sealed, id],
        ),
    );
  };
  const keyIdInUse = async (): Promise<string> => {
    const id = await credentialId();
    const [row] = await unbound(() =>
      testApp.app
        .get(Sql)
        .acrossWorkspaces<{ keyId: string }>(
          'a test',
          `select split_part(sealed, '.', 2) as "keyId" from provider_credentials where id = ?`,
          [id],
        ),
    );
    return row?.keyId ?? '';
  };
  const answer = async () =>
    admin.post(`/v1/conversations/${await openConversation(admin, botId)}/messages`, { content: 'Hello?' });

  it('can be changed: the one before opens what it sealed, until all is sealed anew', async () => {
    await sealAs(OLD);
    const { body } = await ask(admin, await openConversation(admin, botId), 'Hello?');

    const first = await unbound(() => testApp.app.get(KeyRotationService).rotate());
    const second = await unbound(() => testApp.app.get(KeyRotationService).rotate());

    expect(body.answer.content).toBe('Good day.');
    expect([first, second]).toEqual([1, 0]);
    expect(await keyIdInUse()).toBe(testApp.app.get(SecretBox).keyId);
    expect((await answer()).status).toBe(200);
    expect(server.requests.at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it('that is lost makes credentials useless, which is said, and they can be given again', async () => {
    await sealAs(LOST);

    const failed = await answer();
    const renamed = await admin.call('PATCH', `/v1/provider-credentials/${await credentialId()}`, {
      label: 'New',
    });
    const given = await admin.call('PATCH', `/v1/provider-credentials/${await credentialId()}`, {
      secret: KEY,
    });

    expect([failed.status, failed.body.code]).toEqual([424, 'provider_auth']);
    expect([renamed.status, renamed.body.code]).toEqual([422, 'credentials.incomplete']);
    expect([given.status, (await answer()).status]).toEqual([200, 200]);
  });
});
