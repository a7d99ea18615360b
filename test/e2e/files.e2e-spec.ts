import { readFileSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { newId, Tenancy } from '#common/database';
import { SweepFiles } from '../../src/modules/datasources/use-cases/sweep-files.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { docx, epub, pptx, wordParagraph, xlsx } from '../support/files/office.js';
import { pdf } from '../support/files/pdf.js';
import { keptFiles, sendForm, upload, type UploadParts } from '../support/files/upload.js';
import { zip } from '../support/files/zip.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import type { CreateDatasourceDto, StartedSyncResponse } from '../support/generated/api.js';
import { ask, createBot, ended, openConversation, type SourceView } from '../support/journey.js';

const WARRANTY = 'The lamp comes with a warranty of 24 months from the day of purchase.';
const GUIDE = `# Lamp guide\n\n## Warranty\n\n${WARRANTY}\n\n## Returns\n\nGoods go back within 30 days.`;

const MAX_BYTES = 300_000;
const QUESTION = 'How long is the warranty of the lamp?';
const OTHER_FACTS = 'The shop opens at nine on weekdays, and parking in front of it is free of charge.';

/** The same fact in each kind of file, and where it stands. */
const KINDS: readonly [name: string, content: Buffer | string, location: object | undefined][] = [
  [
    'guide.pdf',
    pdf([[OTHER_FACTS], [{ text: 'Warranty', size: 18 }, WARRANTY]]),
    { unit: 'page', from: 2, to: 2 },
  ],
  ['guide.docx', docx(wordParagraph('Lamp guide', 'berschrift1') + wordParagraph(WARRANTY)), undefined],
  [
    'guide.pptx',
    pptx([
      { title: 'Shop', lines: [OTHER_FACTS] },
      { title: 'Warranty', lines: [WARRANTY] },
    ]),
    { unit: 'slide', from: 2, to: 2 },
  ],
  [
    'guide.xlsx',
    xlsx({
      Shop: [[OTHER_FACTS]],
      Lamps: [
        ['Topic', 'Fact'],
        ['Warranty of the lamp', WARRANTY],
      ],
    }),
    { unit: 'row', from: 2, to: 2, sheet: 'Lamps' },
  ],
  ['guide.csv', `Topic,Fact\nWarranty of the lamp,${WARRANTY}\n`, { unit: 'row', from: 2, to: 2 }],
  ['guide.epub', epub([`<h1>Warranty</h1><p>${WARRANTY}</p>`]), undefined],
  [
    'guide.html',
    `<html><body><main><h1>Warranty</h1><p>${WARRANTY}</p><p>${OTHER_FACTS}</p></main></body></html>`,
    undefined,
  ],
  ['guide.md', GUIDE, undefined],
  ['guide.txt', `${OTHER_FACTS}\n\n${WARRANTY}`, undefined],
];

/** The same, as an office program saves it. */
const OFFICE_FOLDER = new URL('../fixtures/office/', import.meta.url);
const SAVED: typeof KINDS = (
  [
    ['guide.pdf', { unit: 'page', from: 2, to: 2 }],
    ['guide.docx', undefined],
    ['guide.pptx', { unit: 'slide', from: 1, to: 2 }],
    ['guide.xlsx', { unit: 'row', from: 2, to: 3, sheet: 'guide' }],
  ] as const
).map(([name, location]) => [name, readFileSync(new URL(name, OFFICE_FOLDER)), location]);

describe('texts and files', () => {
  let testApp: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ env: { MAX_FILE_BYTES: String(MAX_BYTES) } });
  });

  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
  });

  afterAll(() => testApp.close());

  const settled = async ({ id: datasourceId, job }: StartedSyncResponse): Promise<SourceView> => {
    await ended(editor, job.id);
    return { ...(await editor.send('datasources.get', { datasourceId })).body, job };
  };
  const add = async (body: CreateDatasourceDto): Promise<SourceView> =>
    settled((await editor.send('datasources.create', { body })).body);
  const citationsOf = async (botId: string, question: string) => {
    const conversation = await openConversation(editor, botId);
    return (await ask(editor, conversation, question)).body.answer.citations;
  };

  describe('a text', () => {
    it('answers with citations that have its name and no address', async () => {
      const { id: botId } = await createBot(editor);

      const source = await add({ type: 'text', name: 'Lamp guide', content: GUIDE, botIds: [botId] });
      const [citation] = await citationsOf(botId, 'How long is the warranty of the lamp?');

      expect(source).toMatchObject({ type: 'text', name: 'Lamp guide', status: 'ready', documentCount: 1 });
      expect(source).not.toHaveProperty('url');
      expect(citation).toMatchObject({ datasourceId: source.id, title: 'Lamp guide', quote: WARRANTY });
      expect(citation).not.toHaveProperty('url');
    });

    it('is called by its first line where it has no name', async () => {
      const { name } = await add({ type: 'text', content: '\n---\n## Opening hours\nFrom nine to five.' });

      expect(name).toBe('Opening hours');
    });

    it('is read anew when its content or its name changes', async () => {
      const { id: botId } = await createBot(editor);
      const { id: datasourceId } = await add({ type: 'text', content: GUIDE, botIds: [botId] });

      const content = GUIDE.replace('24 months', '36 months');
      await editor.send('datasources.update', { datasourceId, body: { content, name: 'New guide' } });
      await settled((await editor.send('datasources.sync', { datasourceId })).body);
      const [citation] = await citationsOf(botId, 'How long is the warranty of the lamp?');

      expect(citation).toMatchObject({ title: 'New guide', quote: WARRANTY.replace('24', '36') });
    });

    it('is unchanged when it is read again', async () => {
      const { id: datasourceId } = await add({ type: 'text', content: GUIDE });

      await settled((await editor.send('datasources.sync', { datasourceId })).body);
      const { data } = (await editor.send('datasources.listRuns', { datasourceId })).body;

      expect(data.map(({ unchanged, added }) => ({ unchanged, added }))).toEqual([
        { unchanged: 1, added: 0 },
        { unchanged: 0, added: 1 },
      ]);
      expect(data[0]?.pages[0]).not.toHaveProperty('url');
    });
  });

  it.each<[string, CreateDatasourceDto, string]>([
    ['a text without content', { type: 'text', name: 'Empty' }, 'content'],
    ['a text with an address', { type: 'text', content: GUIDE, url: 'https://example.com/' }, 'url'],
    ['a page without an address', { type: 'url' }, 'url'],
    ['a page with content', { type: 'url', url: 'https://example.com/', content: GUIDE }, 'content'],
  ])('refuse %s, and name the field', async (_, body, field) => {
    const answer = await editor.call('POST', '/v1/datasources', body);

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'invalid_fields', errors: [{ path: field }] });
  });

  it('refuse a field of another type in a change, and name it', async () => {
    const { id: datasourceId } = await add({ type: 'text', content: GUIDE });

    const answer = await editor.call('PATCH', `/v1/datasources/${datasourceId}`, {
      url: 'https://example.com/',
    });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path: 'url', message: 'is no field of the type text' }] });
  });

  const uploaded = async (
    name: string,
    content: Buffer | string,
    parts?: UploadParts,
  ): Promise<SourceView> => {
    const { status, body } = await upload(editor, name, content, parts);
    expect({ status, refusal: body.detail, errors: body.errors }).toEqual({ status: 202 });
    return settled(body);
  };
  const files = (): string[] => keptFiles(testApp.config.storage.dataDir);

  describe('a file', () => {
    it.each([...KINDS, ...SAVED])(
      'called %s answers with citations of its name and place',
      async (name, content, location) => {
        const { id: botId } = await createBot(editor);

        const source = await uploaded(name, content, { fields: [['botIds', botId]] });
        const [citation] = await citationsOf(botId, QUESTION);
        const { body } = await editor.send('bots.search', { botId, body: { query: QUESTION } });

        expect(source).toMatchObject({ type: 'file', name, status: 'ready', file: { name } });
        expect(citation).toMatchObject({ datasourceId: source.id, title: name });
        expect(citation?.quote).toContain('warranty of 24 months');
        expect(citation?.location).toEqual(location);
        expect(body.data[0]?.location).toEqual(location);
      },
    );

    it('tells a model the page on which a passage stands, and its reader in the chunks', async () => {
      const { id: datasourceId } = await uploaded('guide.pdf', pdf([[OTHER_FACTS], [WARRANTY]]));
      const { data: documents } = (await editor.send('datasources.listDocuments', { datasourceId })).body;
      const documentId = documents[0]?.id ?? '';

      const { data: chunks } = (await editor.send('datasources.listChunks', { datasourceId, documentId }))
        .body;

      expect(documents).toMatchObject([{ title: 'guide.pdf', bytes: expect.any(Number) }]);
      expect(chunks[0]?.location).toEqual({ unit: 'page', from: 1, to: 2 });
    });

    it('can be downloaded as it was, and only as a download', async () => {
      const content = pdf([[WARRANTY]]);
      const { id } = await uploaded('Größe "A".pdf', content);

      const response = await fetch(`${testApp.baseUrl}/v1/datasources/${id}/file`, {
        headers: { authorization: `Bearer ${editor.token ?? ''}` },
      });

      expect(Buffer.from(await response.arrayBuffer())).toEqual(content);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-disposition')).toBe(
        `attachment; filename="Gr__e A.pdf"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20A.pdf`,
      );
    });

    it('is refused when the workspace has it already, and its source is named', async () => {
      const { id } = await uploaded('guide.md', GUIDE);

      const again = await upload(editor, 'another name.md', GUIDE);

      expect(again.status).toBe(409);
      expect(again.body).toMatchObject({
        code: 'datasources.file_known',
        detail: expect.stringContaining(id),
      });
    });

    it('is taken by each workspace for itself, and can be uploaded again once it was deleted', async () => {
      const { id: datasourceId } = await uploaded('guide.md', GUIDE);
      const other = await (await testApp.workspace()).as('editor');

      expect((await upload(other, 'guide.md', GUIDE)).status).toBe(202);
      await editor.send('datasources.remove', { datasourceId });
      expect((await upload(editor, 'guide.md', GUIDE)).status).toBe(202);
    });

    it('that comes twice at once becomes one source', async () => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => upload(editor, 'guide.md', GUIDE)));

      expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    });

    it('is read again only when it was renamed, and is cited by its new name', async () => {
      const { id: botId } = await createBot(editor);
      const { id: datasourceId } = await uploaded('guide.pdf', pdf([[WARRANTY]]), {
        fields: [['botIds', botId]],
      });

      await settled((await editor.send('datasources.sync', { datasourceId })).body);
      await editor.send('datasources.update', { datasourceId, body: { name: 'Lamp guide' } });
      await settled((await editor.send('datasources.sync', { datasourceId })).body);
      const [citation] = await citationsOf(botId, QUESTION);
      const { data } = (await editor.send('datasources.listRuns', { datasourceId })).body;

      expect(citation).toMatchObject({ title: 'Lamp guide' });
      expect(data.map(({ added, unchanged }) => [added, unchanged]).at(-2)).toEqual([0, 1]);
    });

    it('goes from the disk with its source', async () => {
      const before = files();
      const { id: datasourceId } = await uploaded('guide.md', GUIDE);
      const [kept] = files().filter((file) => !before.includes(file));

      await editor.send('datasources.remove', { datasourceId });

      expect(kept).toBeDefined();
      expect(files()).not.toContain(kept);
    });

    it('that lost its source in a crash is swept away, and no other', async () => {
      const { id } = await uploaded('guide.md', GUIDE);
      const sweep = testApp.app.get(SweepFiles);
      const orphan = `${testApp.config.storage.dataDir}/files/sources/${editor.actor.workspaceId}/${newId()}`;
      await writeFile(orphan, 'left behind');
      const longAgo = new Date(0);
      await Promise.all(files().map((file) => utimes(file, longAgo, longAgo)));

      const removed = await testApp.app.get(Tenancy).runUnbound(() => sweep.execute());

      expect(removed).toBeGreaterThan(0);
      expect(files()).not.toContain(orphan);
      expect((await fetchFile(id)).status).toBe(200);
    });

    it('of another workspace is not found', async () => {
      const { id } = await uploaded('guide.md', GUIDE);
      const stranger = await (await testApp.workspace()).as('owner');

      expect((await fetchFile(id, stranger)).status).toBe(404);
    });

    it('is no part of a text', async () => {
      const { id } = await add({ type: 'text', content: GUIDE });

      expect((await fetchFile(id)).status).toBe(404);
    });
  });

  const fetchFile = (id: string, { token = '' }: TestMember = editor): Promise<Response> =>
    fetch(`${testApp.baseUrl}/v1/datasources/${id}/file`, { headers: { authorization: `Bearer ${token}` } });

  describe('an upload', () => {
    let before: string[] = [];

    beforeEach(() => {
      before = files();
    });

    /** Whatever was refused has left nothing, neither on the disk nor in the list. */
    const expectNothingLeft = async (): Promise<void> => {
      await eventually(
        () => Promise.resolve(files()),
        (now) => now.length === before.length,
      );
      expect((await editor.send('datasources.list', {})).body.data).toEqual([]);
    };

    it.each<[string, string, Buffer | string, number, string]>([
      ['that is empty', 'empty.txt', '', 422, 'datasources.file_empty'],
      [
        'that is larger than the limit',
        'big.txt',
        'a'.repeat(MAX_BYTES + 1),
        413,
        'datasources.file_too_large',
      ],
      [
        'of another type under the name of one that is read',
        'a.pdf',
        Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
        422,
        'datasources.file_unsupported',
      ],
      [
        'of a program',
        'run.txt',
        Buffer.from('7f454c46020101000000000000000000', 'hex'),
        422,
        'datasources.file_unsupported',
      ],
      [
        'of an old document with a password',
        'a.docx',
        Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
        422,
        'datasources.file_encrypted',
      ],
    ])('%s is refused', async (_, name, content, status, code) => {
      const answer = await upload(editor, name, content);

      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ code });
      await expectNothingLeft();
    });

    it.each<[string, UploadParts, number, string]>([
      ['an unknown field', { fields: [['workspaceId', 'x']] }, 422, 'workspaceId'],
      ['a field that every object has', { fields: [['__proto__', 'x']] }, 422, '__proto__'],
      [
        'two names',
        {
          fields: [
            ['name', 'a'],
            ['name', 'b'],
          ],
        },
        422,
        'name',
      ],
      ['a name that is too long', { fields: [['name', 'a'.repeat(5_000)]] }, 422, 'name'],
      [
        'a bot that does not exist',
        { fields: [['botIds', '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a']] },
        422,
        'botIds',
      ],
    ])('with %s is refused after its file has come', async (_, parts, status, path) => {
      const answer = await upload(editor, 'guide.md', GUIDE, parts);

      expect(answer.status).toBe(status);
      expect(new Set(answer.body.errors?.map((error) => error.path))).toEqual(new Set([path]));
      await expectNothingLeft();
    });

    it('with too many fields is refused', async () => {
      const fields = Array.from({ length: 500 }, (_, index) => [`f${index}`, 'x'] as const);

      const answer = await upload(editor, 'guide.md', GUIDE, { fields });

      expect(answer.body).toMatchObject({ status: 400, code: 'form_malformed' });
      await expectNothingLeft();
    });

    it('with a key for repeating it is refused: its content is what tells', async () => {
      const answer = await upload(editor, 'guide.md', GUIDE, { headers: { 'idempotency-key': 'k1' } });

      expect(answer.body).toMatchObject({ status: 422, code: 'idempotency.key_refused' });
      await expectNothingLeft();
    });

    it.each<[string, string, string, number]>([
      ['without a boundary', 'multipart/form-data', 'x', 400],
      [
        'that ends before it is over',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nHello',
        400,
      ],
      [
        'without a file',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nHello\r\n--b--\r\n',
        422,
      ],
      ['of JSON', 'application/json', '{"file":"x"}', 415],
      ['of a text', 'text/plain', 'x', 415],
      [
        'with a huge header in it',
        'multipart/form-data; boundary=b',
        `--b\r\nContent-Disposition: form-data; name="file"; filename="${'a'.repeat(100_000)}"\r\n\r\nHello\r\n--b--\r\n`,
        400,
      ],
    ])('%s is refused', async (_, type, body, status) => {
      const headers = { 'content-type': type, authorization: `Bearer ${editor.token ?? ''}` };

      const answer = await sendForm(testApp.baseUrl, body, headers);

      expect(answer.status).toBe(status);
      await expectNothingLeft();
    });

    it('that is packed is refused, as nobody would know how large it is', async () => {
      const answer = await upload(editor, 'guide.md', GUIDE, { headers: { 'content-encoding': 'gzip' } });

      expect(answer.status).toBe(415);
      await expectNothingLeft();
    });

    it('takes nothing of the path in the name of its file', async () => {
      const { name, file } = await uploaded('../../..\\etc/passwd\u202e.md', GUIDE);

      expect([name, file?.name]).toEqual(['passwd.md', 'passwd.md']);
    });

    it('that is broken off leaves nothing behind', async () => {
      const { hostname, port } = new URL(testApp.baseUrl);
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /v1/datasources/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${editor.token ?? ''}\r\n` +
          'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 200000\r\n\r\n' +
          `--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${'a'.repeat(70_000)}`,
      );
      await eventually(
        () => Promise.resolve(files()),
        (now) => now.length > before.length,
      );

      socket.destroy();

      await expectNothingLeft();
    });

    it('by somebody who may not is refused before it has come', async () => {
      const viewer = await (await testApp.workspace()).as('viewer');

      expect((await upload(viewer, 'guide.md', GUIDE)).status).toBe(403);
      expect((await sendForm(testApp.baseUrl, new FormData(), {})).status).toBe(401);
      await expectNothingLeft();
    });

    it('is taken nowhere else', async () => {
      const form = new FormData();
      form.append('file', new Blob([GUIDE]), 'guide.md');

      const { status } = await fetch(`${testApp.baseUrl}/v1/datasources`, {
        ...{ method: 'POST', body: form },
        headers: { authorization: `Bearer ${editor.token ?? ''}` },
      });

      expect(status).toBe(415);
    });
  });

  it.each<[string, string, Buffer, string]>([
    ['a PDF with a password', 'a.pdf', pdf([[WARRANTY]], { isEncrypted: true }), 'file_encrypted'],
    ['a PDF of pictures', 'a.pdf', pdf([[], []]), 'file_without_text'],
    ['a PDF that breaks off', 'a.pdf', Buffer.from('%PDF-1.7 and no more'), 'file_corrupt'],
    ['a document that is only called one', 'a.docx', zip({ 'x.txt': 'x' }), 'file_unsupported'],
    [
      'a document that declares entities',
      'a.docx',
      docx('', { 'word/document.xml': '<!DOCTYPE x [<!ENTITY a "b">]><w:document/>' }),
      'file_declares_entities',
    ],
    [
      'a document that unpacks to half a gigabyte',
      'a.docx',
      docx('', { bomb: { content: 'x', declaredBytes: 500_000_000 } }),
      'file_unpacks_too_large',
    ],
  ])('say of %s why it cannot be read', async (_, name, content, code) => {
    const source = await uploaded(name, content);

    const { body: runs } = await editor.send('datasources.listRuns', { datasourceId: source.id });
    const reason = { code: `datasources.${code}` };
    expect(source).toMatchObject({ status: 'failed', lastError: reason });
    expect(runs.data).toMatchObject([{ error: reason }]);
  });
});
