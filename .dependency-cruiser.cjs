// Who may know whom. Each rule says in `comment` what to do instead; test/architecture/boundaries.arch-spec.ts breaks each one.

/** A module may import those to its left. A new module is named here first. */
const MODULES = [
  'auth',
  'providers',
  'tables',
  'datasources',
  'integrations',
  'bots',
  'conversations',
  'insights',
  'export',
  'channels',
];

const OWN = '^src/modules/$1/';
const SPEC = '[.]spec[.]ts$';
const WIRING = '^src/[^/]+[.]ts$';
const PROCESSES = '^src/(main|worker|lambda|migrate|rotate-keys)[.]ts$';
const ORM = 'node_modules/(@mikro-orm|@electric-sql|pg)/';
const BULL = 'node_modules/(bull|bullmq|@nestjs/bull|@nestjs/bullmq)/';
const EXPRESS = 'node_modules/(@types/)?express(-serve-static-core)?/';
const TELEMETRY = 'node_modules/(dd-trace|prom-client)/';
const VENDOR_SDKS = 'node_modules/(openai|@anthropic-ai|@google|@zapier|@aws-sdk|kafkajs|undici)/';

const DATABASE = '^src/common/database/';
const REPOSITORIES = '[.]repository[.]ts$';
const ENTITIES = '/entities/';
const DTOS = '/dto/';
const SERVICES = ['[.]service[.]ts$', '/use-cases/'];
const EDGES = ['[.](controller|handler|module|guard|strategy)[.]ts$', '/dto/', '/adapters/'];

/** Files of a role inside a module; `$1` in the rule's `to` is the module. Specs may build what they test. */
const role = (...paths) => ({ path: paths.map((path) => `^src/modules/([^/]+)/${path}`), pathNot: SPEC });

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const layers = MODULES.slice(0, -1).map((module, index) =>
  forbid(
    `layer-of-${module}`,
    'Modules know those to their left only. To act on one further right, publish an event it subscribes to.',
    { path: `^src/modules/${module}/` },
    { path: `^src/modules/(${MODULES.slice(index + 1).join('|')})/` },
  ),
);

const doors = [
  forbid(
    'module-without-a-place',
    'Name the module in MODULES of .dependency-cruiser.cjs and in ARCHITECTURE.md: where in the order does it stand?',
    { path: '^src/modules/[^/]+/', pathNot: `^src/modules/(${MODULES.join('|')})/` },
    {},
  ),
  forbid(
    'front-door',
    'Another module is entered by its index.ts. What you need and is not there belongs there, or is none of your business.',
    { path: '^src/modules/([^/]+)/' },
    { path: '^src/modules/', pathNot: [OWN, '^src/modules/[^/]+/index[.]ts$'] },
  ),
  forbid(
    'front-door-from-wiring',
    'The files that wire the process enter modules by their index.ts, too.',
    { path: '^src/(?!modules/)' },
    { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index[.]ts$' },
  ),
  forbid(
    'front-door-of-common',
    'A part of common is entered by its index.ts.',
    { path: '^src/common/([^/]+)/' },
    { path: '^src/common/', pathNot: ['^src/common/$1/', '^src/common/[^/]+/index[.]ts$'] },
  ),
  forbid(
    'front-door-of-common-from-outside',
    'A part of common is entered by its index.ts.',
    { path: '^src/(?!common/)' },
    { path: '^src/common/', pathNot: '^src/common/[^/]+/index[.]ts$' },
  ),
  forbid(
    'front-door-of-config',
    'Settings are entered by src/config/index.ts.',
    { path: '^src/(?!config/)' },
    { path: '^src/config/', pathNot: '^src/config/index[.]ts$' },
  ),
  forbid(
    'no-own-front-door',
    'Inside a module, import the file itself; the way through index.ts is a cycle.',
    { path: '^src/(modules/[^/]+|common/[^/]+|config)/' },
    { path: '^src/$1/index[.]ts$' },
  ),
  forbid(
    'front-door-shows-no-insides',
    'index.ts shows modules, services, policies, events, errors and types. Others get a service instead.',
    { path: '^src/modules/([^/]+)/index[.]ts$' },
    { path: ['[.](controller|repository|handler)[.]ts$', DTOS, '/adapters/'] },
  ),
  forbid(
    'common-knows-no-feature',
    'What knows a feature belongs to its module.',
    { path: '^src/(common|config)/' },
    { path: '^src/modules/' },
  ),
  forbid(
    'config-knows-nobody',
    'Settings are plain values that everything may read.',
    { path: '^src/config/', pathNot: SPEC },
    { path: '^src/', pathNot: '^src/config/' },
  ),
  forbid(
    'nobody-knows-the-wiring',
    'main.ts, app.module.ts and their neighbours know the modules, not the other way round.',
    { path: '^src/(modules|common|config)/', pathNot: SPEC },
    { path: WIRING },
  ),
];

const cycles = [
  forbid(
    'no-cycle',
    'ESM turns an import cycle into a crash at start. Move what both need into a third file, or publish an event.',
    { pathNot: '[.]entity[.]ts$' },
    { circular: true },
  ),
  forbid(
    'no-cycle-of-entities',
    'Entities may name each other as long as the way back is `import type` (MikroORM: Rel<Other>).',
    { path: '[.]entity[.]ts$' },
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  ),
];

const roles = [
  forbid(
    'controller-calls-its-service',
    'A controller translates HTTP to a use case of its own module; what stores and fetches lies behind the service.',
    { path: '^src/.+[.]controller[.]ts$' },
    { path: [REPOSITORIES, '/adapters/', '[.]handler[.]ts$', ORM, BULL] },
  ),
  forbid(
    'controller-knows-no-entity-but-its-own',
    'Answers are made from what the service returns; name the entity by `import type`.',
    role('.+[.]controller[.]ts$'),
    { path: [ENTITIES, DATABASE], dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'dto-is-data',
    'A dto holds fields and their limits. What works on them is a service.',
    role('dto/'),
    { path: [...SERVICES, REPOSITORIES, '[.](controller|handler|module)[.]ts$', '/adapters/', ORM, BULL] },
  ),
  forbid(
    'dto-names-others-as-types',
    'A dto may be made from an entity, or from what another module returns, by `import type`.',
    role('dto/'),
    {
      path: ['/entities/', DATABASE, '^src/modules/'],
      pathNot: `${OWN}(?!entities/)`,
      dependencyTypesNot: ['type-only'],
    },
  ),
  forbid(
    'service-knows-no-edge',
    'A service reads like the sentence that describes the feature: no dto, controller, handler or adapter; take a port.',
    role('.+[.]service[.]ts$', 'use-cases/'),
    { path: EDGES },
  ),
  forbid(
    'service-knows-no-library',
    'The database is behind the repository, Bull behind JobQueue, HTTP behind the controller and vendors behind ports.',
    role('.+[.]service[.]ts$', 'use-cases/'),
    { path: 'node_modules/', pathNot: 'node_modules/(@nestjs/common|@nestjs/jwt|rxjs|@types/node)/' },
  ),
  forbid(
    'repository-and-entity-know-rows',
    'A repository answers questions about rows of its own module; rules are the service above it.',
    role('.+[.](repository|entity)[.]ts$'),
    { path: [...SERVICES, ...EDGES, '/jobs/', '/ports/', '[.]policy[.]ts$'] },
  ),
  forbid(
    'repository-and-entity-stay-home',
    'Refer to rows of other modules by id; ask their service for plain data.',
    role('.+[.](repository|entity)[.]ts$'),
    { path: '^src/modules/', pathNot: OWN },
  ),
  forbid(
    'handler-calls-its-service',
    'A handler is a controller for jobs: one call to the service.',
    role('.+[.]handler[.]ts$'),
    { path: [REPOSITORIES, ENTITIES, '/adapters/', DTOS, DATABASE, ORM, BULL] },
  ),
  forbid(
    'policy-and-job-are-declarations',
    'A policy knows common/access, a job common/jobs, and nothing else.',
    role('.+[.](policy|job)[.]ts$'),
    { pathNot: '^src/common/(access|jobs)/index[.]ts$' },
  ),
  forbid(
    'port-is-a-promise',
    "A port says what its module needs in the module's own types.",
    role('ports/'),
    { pathNot: [`${OWN}ports/`, `${OWN}[^/]+[.]types[.]ts$`] },
  ),
  forbid(
    'adapter-knows-its-vendor',
    'An adapter knows one vendor, the port it fills and what adapters share; no service, no row, no other adapter.',
    { path: '^src/modules/([^/]+)/adapters/([^/]+)/', pathNot: SPEC },
    {
      path: [
        ...SERVICES,
        REPOSITORIES,
        ENTITIES,
        DTOS,
        '/jobs/',
        `${OWN}adapters/(?!$2/|shared/)`,
        ORM,
        BULL,
      ],
    },
  ),
  forbid('adapter-stays-home', 'An adapter fills a port of its own module.', role('adapters/'), {
    path: '^src/modules/',
    pathNot: OWN,
  }),
];

const libraries = [
  forbid(
    'bull-in-common-jobs',
    'Which carrier moves jobs is known to common/jobs alone; declare jobs with defineJob and enqueue through JobQueue.',
    { path: '^src/', pathNot: '^src/common/jobs/' },
    { path: BULL },
  ),
  forbid(
    'orm-behind-repositories',
    'Queries live in repositories, tables in entities, the rest in common/database; the wiring opens and closes it.',
    { path: '^src/', pathNot: [WIRING, '^src/common/', '[.](repository|entity|module)[.]ts$', SPEC] },
    { path: ORM },
  ),
  forbid(
    'express-at-the-edge',
    'Only controllers, guards, strategies and the HTTP set-up see a request.',
    { path: '^src/modules/', pathNot: ['[.](controller|guard|strategy|interceptor|decorator)[.]ts$', SPEC] },
    { path: EXPRESS },
  ),
  forbid(
    'vendor-sdk-in-its-adapter',
    "A vendor's SDK is known to its adapter alone; undici to the outbound client alone.",
    { path: '^src/', pathNot: ['^src/modules/[^/]+/adapters/', '^src/common/http/', SPEC] },
    { path: VENDOR_SDKS },
  ),
  forbid(
    'telemetry-in-its-adapters',
    'Declare operations and metrics with common/telemetry; which library sees to them is known to its adapters alone.',
    { path: '^src/', pathNot: ['^src/common/telemetry/adapters/', SPEC] },
    { path: TELEMETRY },
  ),
  forbid(
    'only-declared-packages',
    'What runs in production is named in `dependencies`.',
    { path: '^(src|migrations)/', pathNot: SPEC },
    { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  ),
  forbid('resolvable', 'The file or package does not exist.', {}, { couldNotResolve: true }),
];

const tree = [
  forbid(
    'production-knows-no-test',
    'Nothing that ships imports a spec, a fake or a factory.',
    { path: '^(src|migrations)/', pathNot: SPEC },
    { path: ['^test/', '^bench/', '^scripts/', SPEC] },
  ),
  forbid(
    'migrations-only-for-the-database',
    'Migrations are run by common/database.',
    { path: '^src/', pathNot: ['^src/common/database/', SPEC] },
    { path: '^migrations/' },
  ),
  forbid(
    'tracer-first',
    'The tracer sees what is loaded after it: main.ts and worker.ts begin tracing and then import the rest dynamically.',
    { path: '^src/(main|worker)[.]ts$' },
    { path: '', pathNot: '^src/begin-tracing[.]ts$', dynamic: false },
  ),
  forbid(
    'tracer-before-all-it-sees',
    'What begins tracing must not load what is to be traced.',
    { path: '^src/begin-tracing[.]ts$' },
    { path: ['^src/common/(database|http|jobs)/', '^src/modules/', EXPRESS, BULL, ORM], reachable: true },
  ),
  forbid(
    'dead-file',
    'No process reaches it. Wire it or delete it; a worker thread, opened by its URL, is named *.worker.ts.',
    { path: PROCESSES },
    {
      path: '^src/',
      pathNot: [SPEC, '[.]worker[.]ts$', PROCESSES],
      reachable: false,
    },
  ),
];

module.exports = {
  forbidden: [...layers, ...doors, ...cycles, ...roles, ...libraries, ...tree],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    // Its `paths` lead `#common/x` to src, where the rules are, instead of to dist as package.json's `imports` do.
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
