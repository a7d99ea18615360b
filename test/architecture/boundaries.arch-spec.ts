import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/**
 * Proves that each rule of .dependency-cruiser.cjs fires, on a small project of its own: `lawful` is how the house looks,
 * and each of `offences` is one file more that breaks what it names.
 */
const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '../..');
const config = require(join(root, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };
const layerRules = config.forbidden.map((rule) => rule.name).filter((name) => name.startsWith('layer-of-'));
const modules = [...layerRules.map((name) => name.replace('layer-of-', '')), 'channels'];

const lawful: Record<string, string> = {
  ...Object.fromEntries(modules.map((name) => [`src/modules/${name}/index.ts`, 'export class Something {}'])),
  'src/main.ts': "import './app.module.js';",
  'src/app.module.ts': `${modules.map((name) => `import '#modules/${name}';`).join('\n')} import '#common/jobs'; import '#common/http';`,
  'src/config/index.ts': "export * from './queue.config.js';",
  'src/config/queue.config.ts': 'export class QueueConfig {}',
  'src/common/access/index.ts': "export * from './actor.js';",
  'src/common/access/actor.ts': 'export class Actor {}',
  'src/common/errors/index.ts': 'export class DomainError extends Error {}',
  'src/common/validation/index.ts': 'export function Text() {}',
  'src/common/database/index.ts':
    "export { MikroORM } from '@mikro-orm/core'; export { migrations } from '../../../migrations/index.js';",
  'src/common/http/index.ts': "export { fetch } from 'undici'; export { Actor } from '#common/access';",
  'src/common/jobs/index.ts':
    "import 'bull'; import { QueueConfig } from '#config'; export const defineJob = QueueConfig;",
  'migrations/index.ts': 'export const migrations = [];',
  'test/fakes/clock.ts': 'export class FakeClock {}',

  'src/modules/bots/index.ts':
    "export * from './bots.module.js'; export * from './bots.service.js'; export type * from './bots.types.js';",
  'src/modules/bots/bots.module.ts':
    "import './bots.controller.js'; import './jobs/reindex-bot.handler.js'; import './adapters/openai/openai.chat-model.js'; import './bots.policy.js'; import '#modules/providers';",
  'src/modules/bots/bots.controller.ts':
    "import { Get } from '@nestjs/common'; import type { Response } from 'express'; import { Something } from '#modules/providers'; import { Actor } from '#common/access'; import { BotsService } from './bots.service.js'; import { BotResponse } from './dto/bot.response.js'; export class BotsController { a = [Get, Something, Actor, BotsService, BotResponse]; b?: Response; }",
  'src/modules/bots/bots.service.ts':
    "import { createHash } from 'node:crypto'; import { Injectable } from '@nestjs/common'; import { Something } from '#modules/providers'; import { DomainError } from '#common/errors'; import { BotsRepository } from './bots.repository.js'; import { ChatModel } from './ports/chat-model.port.js'; import { reindexBot } from './jobs/reindex-bot.job.js'; export class BotsService { a = [createHash, Injectable, Something, DomainError, BotsRepository, ChatModel, reindexBot]; }",
  'src/modules/bots/bots.service.spec.ts':
    "import '../../../test/fakes/clock.js'; import './adapters/openai/openai.chat-model.js'; import 'supertest';",
  'src/modules/bots/bots.repository.ts':
    "import { MikroORM } from '#common/database'; import { EntityManager } from '@mikro-orm/core'; import { Bot } from './entities/bot.entity.js'; export class BotsRepository { a = [MikroORM, EntityManager, Bot]; }",
  'src/modules/bots/bots.types.ts': 'export interface BotDraft { name: string }',
  'src/modules/bots/bots.policy.ts': "import { Actor } from '#common/access'; export const policy = Actor;",
  'src/modules/bots/entities/bot.entity.ts':
    "import type { BotVersion } from './bot-version.entity.js'; export class Bot { versions: BotVersion[] = []; }",
  'src/modules/bots/entities/bot-version.entity.ts':
    "import { Bot } from './bot.entity.js'; export class BotVersion { bot = new Bot(); }",
  'src/modules/bots/dto/bot.response.ts':
    "import { Text } from '#common/validation'; import type { Bot } from '../entities/bot.entity.js'; import type { BotDraft } from '../bots.types.js'; export class BotResponse { a = Text; b?: Bot; c?: BotDraft; }",
  'src/modules/bots/jobs/reindex-bot.job.ts':
    "import { defineJob } from '#common/jobs'; export const reindexBot = defineJob;",
  'src/modules/bots/jobs/reindex-bot.handler.ts':
    "import { BotsService } from '../bots.service.js'; import { reindexBot } from './reindex-bot.job.js'; export class ReindexBotHandler { a = [BotsService, reindexBot]; }",
  'src/modules/bots/ports/chat-model.port.ts':
    "import type { BotDraft } from '../bots.types.js'; export abstract class ChatModel { a?: BotDraft; }",
  'src/modules/bots/adapters/openai/openai.chat-model.ts':
    "import { OpenAI } from 'openai'; import { fetch } from '#common/http'; import { ChatModel } from '../../ports/chat-model.port.js'; export class OpenAiChatModel extends ChatModel { a = [OpenAI, fetch]; }",
};

type Offence = readonly [rule: string, file: string, source: string];

const offences: readonly Offence[] = [
  ...layerRules.map((rule, index): Offence => [
    rule,
    `src/modules/${modules[index]}/early.ts`,
    `import '#modules/${modules[index + 1]}';`,
  ]),
  ['module-without-a-place', 'src/modules/payments/payments.types.ts', "import '#common/errors';"],
  [
    'front-door',
    'src/modules/channels/side.ts',
    "import { BotsService } from '../bots/bots.service.js'; new BotsService();",
  ],
  [
    'front-door',
    'src/modules/channels/side-type.ts',
    "import type { BotDraft } from '../bots/bots.types.js'; export type A = BotDraft;",
  ],
  ['front-door-from-wiring', 'src/lambda.module.ts', "import './modules/bots/bots.module.js';"],
  ['front-door-of-common', 'src/common/errors/side.ts', "import '../access/actor.js';"],
  ['front-door-of-common-from-outside', 'src/modules/bots/side.ts', "import '../../common/access/actor.js';"],
  ['front-door-of-config', 'src/common/errors/settings.ts', "import '../../config/queue.config.js';"],
  ['no-own-front-door', 'src/modules/bots/own-door.ts', "import './index.js';"],
  ['front-door-shows-no-insides', 'src/modules/export/index.ts', "export * from './export.repository.js';"],
  ['common-knows-no-feature', 'src/common/errors/feature.ts', "import '#modules/bots';"],
  ['config-knows-nobody', 'src/config/curious.ts', "import '#common/errors';"],
  ['nobody-knows-the-wiring', 'src/modules/bots/wired.ts', "import '../../http-setup.js';"],
  ['no-cycle', 'src/modules/bots/circle-a.ts', "import { b } from './circle-b.js'; export const a = b;"],
  [
    'no-cycle',
    'src/modules/bots/circle-of-types-a.ts',
    "import type { B } from './circle-of-types-b.js'; export type A = B;",
  ],
  [
    'no-cycle-of-entities',
    'src/modules/bots/entities/chicken.entity.ts',
    "import { Egg } from './egg.entity.js'; export class Chicken { a = Egg; }",
  ],
  ['controller-calls-its-service', 'src/modules/bots/rows.controller.ts', "import './bots.repository.js';"],
  ['controller-calls-its-service', 'src/common/jobs/queries.controller.ts', "import '@mikro-orm/core';"],
  [
    'controller-knows-no-entity-but-its-own',
    'src/modules/bots/entities.controller.ts',
    "import './entities/bot.entity.js';",
  ],
  [
    'dto-is-data',
    'src/modules/bots/dto/busy.dto.ts',
    "import type { BotsService } from '../bots.service.js'; export type A = BotsService;",
  ],
  [
    'dto-names-others-as-types',
    'src/modules/bots/dto/heavy.response.ts',
    "import '../entities/bot.entity.js';",
  ],
  ['dto-names-others-as-types', 'src/modules/bots/dto/far.response.ts', "import '#modules/providers';"],
  [
    'service-knows-no-edge',
    'src/modules/bots/dressed.service.ts',
    "import type { BotResponse } from './dto/bot.response.js'; export type A = BotResponse;",
  ],
  [
    'service-knows-no-edge',
    'src/modules/bots/use-cases/ask-openai.ts',
    "import '../adapters/openai/openai.chat-model.js';",
  ],
  ['service-knows-no-library', 'src/modules/bots/documented.service.ts', "import '@nestjs/swagger';"],
  ['service-knows-no-library', 'src/modules/bots/use-cases/answer-request.ts', "import '@nestjs/core';"],
  ['repository-and-entity-know-rows', 'src/modules/bots/clever.repository.ts', "import './bots.service.js';"],
  [
    'repository-and-entity-know-rows',
    'src/modules/bots/entities/clever.entity.ts',
    "import type { BotResponse } from '../dto/bot.response.js'; export type A = BotResponse;",
  ],
  [
    'repository-and-entity-stay-home',
    'src/modules/bots/entities/related.entity.ts',
    "import '#modules/auth';",
  ],
  ['handler-calls-its-service', 'src/modules/bots/jobs/rows.handler.ts', "import '../bots.repository.js';"],
  ['policy-and-job-are-declarations', 'src/modules/bots/wide.policy.ts', "import './bots.types.js';"],
  ['policy-and-job-are-declarations', 'src/modules/bots/jobs/wide.job.ts', "import '@nestjs/common';"],
  [
    'port-is-a-promise',
    'src/modules/bots/ports/leaky.port.ts',
    "import type { Actor } from '#common/access'; export type A = Actor;",
  ],
  [
    'adapter-knows-its-vendor',
    'src/modules/bots/adapters/gemini/gemini.chat-model.ts',
    "import '../openai/openai.chat-model.js';",
  ],
  [
    'adapter-knows-its-vendor',
    'src/modules/bots/adapters/gemini/served.chat-model.ts',
    "import '../../bots.service.js';",
  ],
  [
    'adapter-stays-home',
    'src/modules/bots/adapters/gemini/far.chat-model.ts',
    "import '#modules/providers';",
  ],
  ['bull-in-common-jobs', 'src/common/http/queue-health.ts', "import '@nestjs/bull';"],
  ['orm-behind-repositories', 'src/modules/bots/query.ts', "import '@mikro-orm/core';"],
  [
    'express-at-the-edge',
    'src/modules/bots/requests.ts',
    "import type { Request } from 'express'; export type A = Request;",
  ],
  ['vendor-sdk-in-its-adapter', 'src/modules/bots/hasty.ts', "import 'openai';"],
  ['telemetry-in-its-adapters', 'src/modules/bots/counting.ts', "import 'prom-client';"],
  ['tracer-first', 'src/main.ts', "import './app.module.js';"],
  ['tracer-before-all-it-sees', 'src/begin-tracing.ts', "import './app.module.js';"],
  ['only-declared-packages', 'src/modules/bots/test-tool.ts', "import 'supertest';"],
  ['only-declared-packages', 'src/modules/bots/undeclared.ts', "import 'undeclared';"],
  ['resolvable', 'src/modules/bots/lost.ts', "import '#modules/nowhere';"],
  ['production-knows-no-test', 'src/modules/bots/faked.ts', "import '../../../test/fakes/clock.js';"],
  [
    'migrations-only-for-the-database',
    'src/modules/bots/migrating.ts',
    "import '../../../migrations/index.js';",
  ],
];

/** The other halves of the offences, lawful or part of a cycle. */
const accomplices: Record<string, string> = {
  'src/http-setup.ts': "import '#common/http';",
  'src/modules/export/export.repository.ts': 'export class ExportRepository {}',
  'src/modules/bots/circle-b.ts': "import { a } from './circle-a.js'; export const b = a;",
  'src/modules/bots/circle-of-types-b.ts':
    "import type { A } from './circle-of-types-a.js'; export type B = A;",
  'src/modules/bots/entities/egg.entity.ts':
    "import { Chicken } from './chicken.entity.js'; export class Egg { a = Chicken; }",
};

const declared = [
  '@mikro-orm/core',
  '@nestjs/bull',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/swagger',
  'bull',
  'express',
  'openai',
  'prom-client',
  'undici',
];
const undeclared = ['supertest', 'undeclared'];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function writeProject(folder: string): void {
  const { imports } = require(join(root, 'package.json')) as { imports: unknown };
  const dependencies = Object.fromEntries(declared.map((name) => [name, '1.0.0']));
  write(
    folder,
    'package.json',
    JSON.stringify({ type: 'module', imports, dependencies, devDependencies: { supertest: '1.0.0' } }),
  );
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json'])
    cpSync(join(root, name), join(folder, name));
  for (const name of [...declared, ...undeclared]) {
    write(
      folder,
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }),
    );
    write(folder, `node_modules/${name}/index.js`, 'export {};');
  }
  const files = {
    ...lawful,
    ...accomplices,
    ...Object.fromEntries(offences.map(([, file, source]) => [file, source])),
  };
  for (const [path, source] of Object.entries(files)) {
    write(folder, path, source);
    // A built tree must not lure the checker away from src.
    if (path.endsWith('/index.ts')) write(folder, `dist/${path.replace(/ts$/, 'js')}`, 'export {};');
  }
}

function cruise(folder: string): Violation[] {
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      'src',
      'migrations',
      '--output-type',
      'json',
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (run.stderr !== '') throw new Error(run.stderr);
  return (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

describe('boundaries', () => {
  const folder = mkdtempSync(join(tmpdir(), 'boundaries-'));
  let violations: Violation[];

  beforeAll(() => {
    writeProject(folder);
    violations = cruise(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const rulesBrokenBy = (file: string): string[] =>
    violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

  it.each(offences)('%s is broken by %s', (rule, file) => {
    expect(rulesBrokenBy(file)).toContain(rule);
  });

  it('lets a project pass that looks like the house', () => {
    const offenders = new Set(offences.map(([, file]) => file));
    const others = Object.keys(lawful).filter((file) => !offenders.has(file) && file !== 'src/main.ts');

    expect(others.flatMap((file) => rulesBrokenBy(file).map((rule) => `${file}: ${rule}`))).toEqual([]);
  });

  it('finds the files that no process reaches', () => {
    const dead = violations.filter(({ rule }) => rule.name === 'dead-file').map(({ to }) => to);

    expect(dead).toContain('src/modules/bots/hasty.ts');
    expect(dead.filter((file) => file in lawful)).toEqual([]);
  });

  it('has an offence for each rule', () => {
    const broken = new Set(violations.map(({ rule }) => rule.name));

    expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});
