import type { NestExpressApplication } from '@nestjs/platform-express';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { PERMISSION, PUBLIC, type RequiredPermission } from '#common/access';

type Handler = (...args: never[]) => unknown;
type Class = new () => object;

/** A route as its controller declares it. */
export interface DeclaredRoute {
  /** `BotsController.create` */
  readonly name: string;
  /** `bots.create` */
  readonly operationId: string;
  readonly permission?: RequiredPermission;
  readonly isPublic: boolean;
  /** The class of its body. */
  readonly bodyType?: Class;
}

/** Every route of the app, found without help of the document. */
export function declaredRoutes(app: NestExpressApplication): DeclaredRoute[] {
  const scanner = new MetadataScanner();
  return app
    .get(DiscoveryService, { strict: false })
    .getControllers()
    .flatMap(({ metatype, instance }) => {
      const prototype = Object.getPrototypeOf(instance as object) as Record<string, Handler>;
      return scanner.getAllMethodNames(prototype).flatMap((method) => {
        const handler = prototype[method];
        return metatype && handler && isRoute(handler)
          ? [declared(metatype, prototype, method, handler)]
          : [];
      });
    });
}

function isRoute(handler: Handler): boolean {
  return Reflect.hasMetadata(METHOD_METADATA, handler) && Reflect.hasMetadata(PATH_METADATA, handler);
}

function declared(controller: object, prototype: object, method: string, handler: Handler): DeclaredRoute {
  const { name } = controller as { name: string };
  const permission = Reflect.getMetadata(PERMISSION, handler) as RequiredPermission | undefined;
  const bodyType = bodyTypeOf(controller, prototype, method);
  const topic = name.replace(/Controller$/, '');
  return {
    name: `${name}.${method}`,
    operationId: `${topic.charAt(0).toLowerCase()}${topic.slice(1)}.${method}`,
    ...(permission ? { permission } : {}),
    isPublic: (Reflect.getMetadata(PUBLIC, handler) as boolean | undefined) ?? false,
    ...(bodyType ? { bodyType } : {}),
  };
}

function bodyTypeOf(controller: object, prototype: object, method: string): Class | undefined {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { index: number }
  >;
  const [, body] = Object.entries(args).find(([key]) => key.startsWith(`${RouteParamtypes.BODY}:`)) ?? [];
  const types = Reflect.getMetadata('design:paramtypes', prototype, method) as Class[];
  return body && types[body.index];
}
