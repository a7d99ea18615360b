import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestValidationPipe } from '#common/validation';
import { describeApi } from '../../src/http-setup.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { Contract, type ContractRoute } from '../support/contract/contract.js';
import { composedExample } from '../support/contract/examples.js';
import type { JsonSchema, MediaType, OpenApiDocument } from '../support/contract/open-api.types.js';
import { declaredErrors } from '../support/declared-errors.js';
import { type DeclaredRoute, declaredRoutes } from '../support/declared-routes.js';

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

const PUBLIC_ROUTES = [
  'AuthController.login',
  'AuthController.refresh',
  'AuthController.register',
  'ExportsController.downloadByLink',
  'FormPagesController.show',
  'FormPagesController.submit',
  'HealthController.live',
  'HealthController.ready',
  'HooksController.receive',
  'MetricsController.show',
  'UnsubscribeController.end',
  'UnsubscribeController.show',
];

/** Failures that no route answers with: they are kept in rows, which tell why a page, a job or an answer failed. */
const ONLY_IN_ROWS = [
  ...['datasources.document_too_long', 'datasources.page_empty', 'datasources.page_login_wall'],
  ...['datasources.page_not_found', 'datasources.page_not_html', 'datasources.page_server_failing'],
  ...['datasources.page_status', 'datasources.page_too_complex', 'datasources.sync_interrupted'],
  ...['datasources.file_corrupt', 'datasources.file_without_text', 'datasources.file_too_complex'],
  ...['datasources.file_declares_entities', 'datasources.file_unpacks_too_large'],
  ...['datasources.robots_unreachable', 'datasources.site_away'],
  ...['tables.fields_changed', 'exports.delivery_failed', 'exports.schedule_runner_gone'],
  'exports.schedule_run_outdated',
  ...['exports.format_full', 'jobs.lost', 'tables.values_do_not_convert', 'imports.outdated'],
  ...['jobs.stalled', 'datasources.page_needs_browser', 'datasources.page_not_rendered'],
  'datasources.browser_unavailable',
  ...['outbound.content_type_refused', 'outbound.protocol_error', 'outbound.timeout', 'outbound.tls_failed'],
  ...['outbound.too_large', 'outbound.too_many_redirects', 'outbound.unreachable'],
  ...['mail.not_sent', 'mail.refused'],
];

/** Failures that nobody outside is told of: reasons to stop, and a mistake of ours. */
const NEVER_TOLD = [
  ...['jobs.cancelled', 'jobs.process_stopping', 'jobs.taken_over', 'outbound.request_invalid'],
  'tables.remote_values_refused',
];

/** Failures that have no class: they happen before a route is reached, or nobody expected them. */
const WITHOUT_CLASS = ['body_too_large', 'internal', 'malformed_request', 'unsupported_media_type'];

const PROBLEM = 'application/problem+json';

/** Their failures are told in OpenAI's words, and in its codes where it has one. */
const speaksOpenAi = ({ path }: { readonly path: string }): boolean => path.startsWith('/openai/');
const OPENAI_CODES: Readonly<Record<string, string>> = {
  ...{ invalid_api_key: 'unauthenticated', rate_limit_exceeded: 'too_many_requests' },
  ...{ context_length_exceeded: 'context_too_long', content_filter: 'content_filtered' },
  insufficient_quota: 'budget_exhausted',
};

function failureTypeOf(route: { readonly path: string }): string {
  return speaksOpenAi(route) ? 'application/json' : PROBLEM;
}

/** A form is not kept, so nobody could tell whether the same one comes again. */
function takesForm({ operation }: ContractRoute): boolean {
  return operation.requestBody?.content['multipart/form-data'] !== undefined;
}

/** The codes that the schema of a failure knows. */
function toldCodesOf({ allOf = [] }: JsonSchema): readonly unknown[] {
  return allOf.flatMap(
    ({ properties }) => (properties?.['error']?.properties ?? properties)?.['code']?.enum ?? [],
  );
}

describe('routes', () => {
  let testApp: TestApp;
  let declared: DeclaredRoute[];
  let contract: Contract;

  beforeAll(async () => {
    testApp = await createTestApp();
    declared = declaredRoutes(testApp.app);
    contract = new Contract(JSON.parse(JSON.stringify(describeApi(testApp.app))) as OpenApiDocument);
  });

  afterAll(() => testApp.close());

  /** Ids of the routes of which this is not so. */
  const failing = (isSo: (route: ContractRoute) => boolean): string[] =>
    contract.routes.filter((route) => !isSo(route)).map(({ id }) => id);
  /** The codes of failures as our classes name them, whatever the route tells. */
  const codesOf = (route: ContractRoute, status: number): readonly unknown[] => {
    const { schema } = route.answers[String(status)]?.content?.[failureTypeOf(route)] ?? { schema: {} };
    return toldCodesOf(schema).map((code) =>
      speaksOpenAi(route) ? (OPENAI_CODES[String(code)] ?? code) : code,
    );
  };
  const successesOf = ({ answers }: ContractRoute): MediaType[] =>
    Object.entries(answers)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, { content = {} }]) => Object.entries(content))
      .filter(([type]) => type === 'application/json')
      .map(([, media]) => media);
  /** What is wrong with the example that a reader of the document sees. */
  const faultsOfExample = (schema: JsonSchema): string[] => {
    const { value, missing } = composedExample(contract.schemas, schema);
    return missing.length > 0
      ? missing.map((field) => `${field} has no example`)
      : contract.schemas.faultsOf(schema, value);
  };

  it('are all in the document, and nothing else is', () => {
    expect(declared.length).toBeGreaterThan(25);
    expect(contract.routes.map(({ id }) => id).sort()).toEqual(
      declared.map(({ operationId }) => operationId).sort(),
    );
  });

  it('are described in openapi/openapi.json as they are', () => {
    expect(contract.document).toEqual(Contract.committed.document);
  });

  it('carry exactly one of a permission and a public mark', () => {
    const wrong = declared.filter(({ permission, isPublic }) => (permission !== undefined) === isPublic);

    expect(wrong).toEqual([]);
  });

  it('are public only by name', () => {
    const open = declared.filter(({ isPublic }) => isPublic).map(({ name }) => name);

    expect(open.sort()).toEqual(PUBLIC_ROUTES);
  });

  it('are public in the document if and only if they are', () => {
    const open = declared.filter(({ isPublic }) => isPublic).map(({ operationId }) => operationId);

    expect(failing(({ isPublic }) => !isPublic).sort()).toEqual(open.sort());
  });

  it('have an operation id of their own, like bots.create', () => {
    const ids = contract.routes.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+[A-Za-z]*\.[a-z][A-Za-z]*$/.test(id))).toEqual([]);
  });

  it('say in a sentence what they do, under one heading that says what it is about', () => {
    const topics = new Map(contract.document.tags.map(({ name, description }) => [name, description]));

    expect(failing(({ operation }) => /^[A-Z].*\.$/.test(operation.summary ?? ''))).toEqual([]);
    expect(failing(({ operation }) => operation.tags.length === 1)).toEqual([]);
    expect(failing(({ operation: { tags } }) => Boolean(topics.get(tags[0] ?? '')))).toEqual([]);
  });

  it('describe their parameters, and ids as ids', () => {
    const parameters = contract.routes.flatMap((route) => route.parameters);

    expect(parameters.filter(({ description }) => !description)).toEqual([]);
    const otherThanIds = parameters.filter(
      ({ name, schema }) => name.endsWith('Id') && schema.type === 'string' && !schema.format,
    );
    expect([...new Set(otherThanIds.map(({ name }) => name))]).toEqual(['externalUserId']);
  });

  describe('show examples', () => {
    it('of their whole body, which fit it and which they take', async () => {
      const pipe = new RequestValidationPipe();
      const faults: unknown[] = [];
      for (const { operationId, bodyType } of declared) {
        if (!bodyType) continue;
        const { schema, example } = contract.route(operationId).body ?? { schema: {} };
        const misfits = example === undefined ? ['no example'] : contract.schemas.faultsOf(schema, example);
        faults.push(...misfits.map((fault) => `${operationId}: ${fault}`));
        await pipe
          .transform(structuredClone(example), { type: 'body', metatype: bodyType })
          .catch((error: unknown) => faults.push({ operationId, error }));
      }

      expect(declared.filter(({ bodyType }) => bodyType).length).toBeGreaterThan(10);
      expect(faults).toEqual([]);
    });

    it('of each body that is declared, and of no other', () => {
      const withBody = declared.filter(({ bodyType }) => bodyType).map(({ operationId }) => operationId);

      expect(failing(({ body }) => body === undefined).sort()).toEqual(withBody.sort());
    });

    it('of every field of what they answer when all is well', () => {
      const faults = contract.routes.flatMap((route) =>
        successesOf(route).flatMap(({ schema }) =>
          faultsOfExample(schema).map((fault) => `${route.id}: ${fault}`),
        ),
      );

      expect(faults).toEqual([]);
    });

    it('of every event that they stream', () => {
      const streams = contract.routes.flatMap(({ id, answers }) => {
        const media = answers['200']?.content?.['text/event-stream'];
        return media ? [{ id, media }] : [];
      });
      const faults = streams.flatMap(({ id, media }) =>
        Object.entries(media['x-events'] ?? {}).flatMap(([event, $ref]) =>
          faultsOfExample({ $ref }).map((fault) => `${id} ${event}: ${fault}`),
        ),
      );

      expect(streams.map(({ id }) => id).sort()).toEqual([
        'chatCompletions.create',
        'conversations.ask',
        'jobs.events',
        'messages.retry',
      ]);
      expect(faults).toEqual([]);
    });

    it('of every failure that they answer, one for each code', () => {
      const failures = contract.routes.flatMap((route) =>
        Object.entries(route.answers).flatMap(([status, { content }]) => {
          const media = content?.[failureTypeOf(route)];
          return media && Number(status) >= 400 ? [{ id: route.id, status: Number(status), media }] : [];
        }),
      );
      const faults = failures.flatMap(({ id, status, media: { schema, examples = {} } }) => {
        const codes = toldCodesOf(schema);
        const told = codes.map((code) => examples[String(code)]?.value);
        return told
          .flatMap((example, index) => {
            const { error, ...problem } = example as { error?: object; code?: unknown; status?: unknown };
            const { code, status: named }: typeof problem = error ?? problem;
            return [
              ...contract.schemas.faultsOf(schema, example),
              ...(code === codes[index] ? [] : ['another code']),
              ...(error || named === status ? [] : ['another status']),
            ];
          })
          .map((fault) => `${id} ${status}: ${fault}`);
      });

      expect(failures.length).toBeGreaterThan(contract.routes.length * 5);
      expect(faults).toEqual([]);
    });
  });

  describe('document the failures', () => {
    it('that every route can have', () => {
      const codes = {
        malformed_request: 400,
        invalid_fields: 422,
        too_many_requests: 429,
        internal: 500,
        unavailable: 503,
      };

      for (const [code, status] of Object.entries(codes)) {
        const statusOn = (route: ContractRoute): number =>
          speaksOpenAi(route) && status === 422 ? 400 : status;
        expect(failing((route) => codesOf(route, statusOn(route)).includes(code))).toEqual([]);
      }
    });

    it('of callers without rights, where not everybody is let in', () => {
      const closed = contract.routes.filter(({ isPublic }) => !isPublic);

      expect(closed.filter((route) => !codesOf(route, 401).includes('unauthenticated'))).toEqual([]);
      expect(closed.filter((route) => !codesOf(route, 403).includes('forbidden'))).toEqual([]);
    });

    it('of ids that name nothing, of bodies that cannot be read, and of keys that were used before', () => {
      const hasIds = ({ parameters }: ContractRoute): boolean => parameters.some((one) => one.in === 'path');
      const takesKey = ({ parameters }: ContractRoute): boolean =>
        parameters.some(({ name }) => name === 'Idempotency-Key');

      const namesNothing = (route: ContractRoute): boolean =>
        codesOf(route, 404).some((code) => code === 'not_found' || code === 'model_not_found');

      // Metrics are not there unless they were asked for; a budget, a chat completion, an import of conversations, a choice of embeddings, an export, a schedule of exports, a form and a link of a table name in the body what they are for.
      expect(failing((route) => namesNothing(route) === hasIds(route)).sort()).toEqual([
        'budgets.create',
        'chatCompletions.create',
        'conversationImports.start',
        'embeddings.choose',
        'exportSchedules.create',
        'exports.create',
        'forms.create',
        'metrics.show',
        'tableLinks.create',
      ]);
      expect(failing((route) => !route.body || codesOf(route, 413).includes('body_too_large'))).toEqual([]);
      expect(
        failing((route) => !route.body || codesOf(route, 415).includes('unsupported_media_type')),
      ).toEqual([]);
      expect(
        failing(
          (route) => (route.method === 'POST' && !route.isPublic && !takesForm(route)) === takesKey(route),
        ),
      ).toEqual([]);
      expect(
        failing((route) => takesKey(route) === codesOf(route, 409).includes('idempotency.key_reused')),
      ).toEqual([]);
    });

    it('by codes, in problems, and with the id of the request', () => {
      const told = contract.routes.flatMap((route) =>
        Object.entries(route.answers).map(([status, { headers = {} }]) => ({
          ...{ route: route.id, status: Number(status), headers: Object.keys(headers) },
          codes: codesOf(route, Number(status)),
        })),
      );

      expect(told.filter(({ status, codes }) => status >= 400 && codes.length === 0)).toEqual([]);
      expect(told.filter(({ headers }) => !headers.includes('X-Request-Id'))).toEqual([]);
      expect(
        told.filter(({ status, headers }) => [429, 503].includes(status) && !headers.includes('Retry-After')),
      ).toEqual([]);
    });

    it('of every class that there is, unless it is kept in rows alone', async () => {
      const documented = new Set(
        contract.routes.flatMap((route) =>
          Object.keys(route.answers).flatMap((status) => codesOf(route, Number(status)).map(String)),
        ),
      );
      const codes = (await declaredErrors()).map(({ code }) => code);

      expect(codes.length).toBeGreaterThan(40);
      expect([...documented, ...ONLY_IN_ROWS, ...NEVER_TOLD].sort()).toEqual(
        [...new Set([...codes, ...WITHOUT_CLASS])].sort(),
      );
    });

    it('that rows tell of, where they do', () => {
      const text = JSON.stringify(contract.document.components.schemas);

      expect(ONLY_IN_ROWS.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
    });
  });

  it('say which credential they take', () => {
    expect(failing(({ operation }) => Array.isArray(operation.security))).toEqual([]);
  });

  it.each([
    ['without a token', {}],
    ['with a token of nobody', { authorization: `Bearer cq_key_${'a'.repeat(43)}` }],
    ['with a token of another scheme', { authorization: 'Basic YTpi' }],
  ])('refuse a caller %s, unless they are public', async (_, headers) => {
    const answers = await Promise.all(
      contract.routes.map(async ({ id, method, path, isPublic, body }) => {
        const filled = path.replaceAll(/\{[^}]+\}/g, NO_ID);
        const { status } = await testApp.anonymous.call(method, filled, body?.example, headers);
        return { id, refused: status === 401, isPublic };
      }),
    );

    expect(answers.filter(({ refused, isPublic }) => !refused && !isPublic)).toEqual([]);
  });
});
