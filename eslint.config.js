import { dirname, join, relative, resolve } from 'node:path';
import comments from '@eslint-community/eslint-plugin-eslint-comments/configs';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const root = import.meta.dirname;
const specs = ['**/*.spec.ts', 'test/**/*.ts'];

/** `src/modules/bots`, `src/common/http`, `src/config`: what is entered by its index.ts alone. */
function moduleOf(file) {
  return /^src\/(?:(?:modules|common)\/[^/]+|config)(?=\/)/.exec(relative(root, file))?.[0];
}

/** The house's own rules, for what no plugin checks. */
const house = {
  rules: {
    'no-relative-way-out': {
      meta: {
        type: 'problem',
        schema: [],
        messages: { out: 'A relative path stays in its module; write #config, #common/x or #modules/x.' },
      },
      create(context) {
        function check(node) {
          const specifier = node.source?.value;
          if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
          const target = resolve(dirname(context.filename), specifier);
          const entered = moduleOf(target) ?? moduleOf(join(target, 'index.ts'));
          if (entered && entered !== moduleOf(context.filename))
            context.report({ node: node.source, messageId: 'out' });
        }
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
        };
      },
    },
  },
};

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Name what you export.',
};
const noProcessEnv = {
  selector:
    'MemberExpression[object.name="process"][property.name="env"], ImportSpecifier[imported.name="env"]',
  message: 'Only src/config reads the environment; inject a config class.',
};
const noModuleMocks = {
  selector:
    'CallExpression[callee.object.name="jest"][callee.property.name=/^(mock|doMock|unstable_mockModule)$/]',
  message: 'A module that must be mocked hides a missing port; write a fake that implements it.',
};
const noSingledOut = {
  selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name="only"]',
  message: 'The other tests would not run.',
};

const outgoing = 'Requests go out by the outbound client of #common/http alone; give a vendor SDK its fetch.';
const networkModules = ['undici', 'http', 'https', 'http2', 'node:http', 'node:https', 'node:http2'];
const networkImports = networkModules.map((name) => ({ name, message: outgoing, allowTypeImports: true }));
const networkGlobals = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({
  name,
  message: outgoing,
}));
const forwardRef = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'Two modules that need each other are one module, or hide a third; publish an event.',
};
const httpExceptions = {
  group: ['@nestjs/common'],
  importNamePattern: 'Exception$',
  message: 'Throw a DomainError; only src/common/http knows status codes.',
};
const foreignServices = {
  regex: '^#modules/',
  importNamePattern: '(Service|Repository)$',
  message: "A controller calls its own module's service.",
};

/** What is generated is nobody's to mend. */
const nothing = { preprocess: () => [], postprocess: () => [] };

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.data/', 'openapi/', 'test/fixtures/']),
  // Not ignored but empty: a list of changed files may name them, and an ignored one that is named is a warning.
  { files: ['test/support/generated/**'], processor: nothing },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,
  comments.recommended,
  {
    rules: {
      '@eslint-community/eslint-comments/disable-enable-pair': ['error', { allowWholeFile: true }],
      '@eslint-community/eslint-comments/require-description': ['error', { ignore: ['eslint-enable'] }],
      eqeqeq: 'error',
      // Input is searched for control characters on purpose.
      'no-control-regex': 'off',
      'no-restricted-syntax': ['error', noDefaultExport],
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // What a Nest decorator describes may be a class without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // The compiler's narrowing outlives an `await`: a second look at a flag would count as needless.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `() => void | Promise<void>` is how a hook is written, and `super(desk)` alone tells Nest what to inject.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-useless-constructor': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      // A DTO is a shape with metadata: a literal of that shape is as good as an instance.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `async` without `await` still promises that a failure is a rejection, which many ports ask for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [forwardRef] }],
    },
  },

  {
    files: ['src/**/*.ts'],
    ignores: specs,
    plugins: { house },
    rules: {
      'house/no-relative-way-out': 'error',
      'no-console': 'error',
      'no-restricted-globals': ['error', { globals: networkGlobals, checkGlobalObject: true }],
      'no-restricted-syntax': ['error', noDefaultExport, noProcessEnv],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [forwardRef, ...networkImports], patterns: [httpExceptions] },
      ],
    },
  },
  {
    files: ['src/config/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport] },
  },
  {
    files: ['src/common/http/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [forwardRef] }],
    },
  },
  {
    files: ['src/modules/**/*.controller.ts'],
    rules: {
      '@typescript-eslint/explicit-function-return-type': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [forwardRef, ...networkImports], patterns: [httpExceptions, foreignServices] },
      ],
    },
  },

  {
    files: specs,
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport, noModuleMocks, noSingledOut],
      // Bodies of answers are `any` in supertest, and `expect(fake.method)` does not call it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Small classes stand for modules, controllers and entities.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },

  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: { console: 'readonly', process: 'readonly', URL: 'readonly', fetch: 'readonly' },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } },
  },
  {
    // Tools that look for a default export.
    files: ['*.config.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
