import type { NestExpressApplication } from '@nestjs/platform-express';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PERMISSION, PUBLIC, type RequiredPermission } from '#common/access';
import { describeApi } from '../../src/http-setup.js';
import { createTestApp, type TestApp } from '../support/app.js';

interface Route {
  readonly name: string;
  readonly permission?: RequiredPermission;
  readonly isPublic: boolean;
}

const PUBLIC_ROUTES = [
  'AuthController.login',
  'AuthController.refresh',
  'AuthController.register',
  'HealthController.live',
  'HealthController.ready',
  'MetricsController.show',
];

function routesOf(app: NestExpressApplication): Route[] {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  return app
    .get(DiscoveryService, { strict: false })
    .getControllers()
    .flatMap(({ metatype, instance }) => {
      const prototype = Object.getPrototypeOf(instance as object) as Record<
        string,
        (...args: never[]) => unknown
      >;
      return scanner
        .getAllMethodNames(prototype)
        .map((method) => ({ method, handler: prototype[method] }))
        .filter(
          ({ handler }) =>
            handler &&
            Reflect.hasMetadata(METHOD_METADATA, handler) &&
            Reflect.hasMetadata(PATH_METADATA, handler),
        )
        .map(({ method, handler }) => ({
          name: `${metatype?.name ?? ''}.${method}`,
          permission: reflector.get<RequiredPermission | undefined>(PERMISSION, handler as never),
          isPublic: reflector.get<boolean | undefined>(PUBLIC, handler as never) ?? false,
        }));
    });
}

describe('routes', () => {
  let testApp: TestApp;
  let routes: Route[];
  let document: OpenAPIObject;

  beforeAll(async () => {
    testApp = await createTestApp();
    routes = routesOf(testApp.app);
    document = describeApi(testApp.app);
  });

  afterAll(() => testApp.close());

  const operations = (): { path: string; method: string; operation: Record<string, unknown> }[] =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
        .map(([method, operation]) => ({ path, method, operation: operation as Record<string, unknown> })),
    );

  it('are found', () => {
    expect(routes.length).toBeGreaterThan(25);
    expect(operations()).toHaveLength(routes.length);
  });

  it('carry exactly one of a permission and a public mark', () => {
    const wrong = routes.filter(({ permission, isPublic }) => (permission !== undefined) === isPublic);

    expect(wrong).toEqual([]);
  });

  it('are public only by name', () => {
    const open = routes.filter(({ isPublic }) => isPublic).map(({ name }) => name);

    expect(open.sort()).toEqual(PUBLIC_ROUTES);
  });

  it('have an operation id of their own, like bots.create', () => {
    const ids = operations().map(({ operation }) => String(operation['operationId']));

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+[A-Za-z]*\.[a-z][A-Za-z]*$/.test(id))).toEqual([]);
  });

  it('document the failures that every route can have', () => {
    const lacking = operations().filter(({ operation }) => {
      const responses = operation['responses'] as Record<string, unknown>;
      return !['422', '429', '500', '503'].every((status) => status in responses);
    });

    expect(lacking).toEqual([]);
  });

  it('say which credential they take', () => {
    const lacking = operations().filter(({ operation }) => !Array.isArray(operation['security']));

    expect(lacking.map(({ path, method }) => `${method} ${path}`)).toEqual([]);
  });

  it('refuse a caller without a token, unless they are public', async () => {
    const answers = await Promise.all(
      operations().map(async ({ path, method, operation }) => {
        const filled = path.replaceAll(/\{[^}]+\}/g, '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a');
        const { status } = await testApp.anonymous.call(
          method.toUpperCase(),
          filled,
          method === 'get' ? undefined : {},
        );
        const isPublic = (operation['security'] as object[]).some(
          (scheme) => Object.keys(scheme).length === 0,
        );
        return { route: `${method} ${path}`, refused: status === 401, isPublic };
      }),
    );

    expect(answers.filter(({ refused, isPublic }) => !refused && !isPublic)).toEqual([]);
  });
});
