import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { AppConfig } from '#config';
import {
  answerRequestId,
  answerUnreadable,
  COMMON_PROBLEMS,
  IDEMPOTENCY_KEY,
  limitConnections,
  METHODS_WITH_BODY,
  Problem,
  ProblemFilter,
  readsJsonBody,
} from '#common/http';
import { QuietStartLogger } from '#common/logging';
import { RequestMeasurer } from '#common/metrics';
import { RequestValidationPipe } from '#common/validation';

const HTTP_METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Nothing is kept by anybody, so nobody can ask whether what was kept is still fresh: 304 is no answer of ours. */
function answerUncached(request: Request, response: Response, next: NextFunction): void {
  delete request.headers['if-none-match'];
  delete request.headers['if-modified-since'];
  response.setHeader('Cache-Control', 'no-store').setHeader('X-Accel-Buffering', 'no');
  next();
}

/** What every request passes through; the same for the server, the e2e tests and the OpenAPI document. */
export function setUpHttp(app: NestExpressApplication, config: AppConfig): void {
  app.useLogger(app.get(QuietStartLogger));
  limitConnections(app.getHttpServer(), config.server.maxConnections);
  app.getHttpServer().on('clientError', answerUnreadable);
  app.set('trust proxy', config.server.trustedProxies);
  app.set('query parser', 'simple');
  app.disable('x-powered-by').disable('etag');
  app.use(app.get(RequestMeasurer).measure, answerRequestId, answerUncached);
  // Without this the page at /docs would ask for its parts over https, where plain http may be all there is.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.use(readsJsonBody(config.server.bodyLimitBytes));
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
}

/** Serves the API document at `/openapi.json` and a page to try it at `/docs`. */
export function serveDocument(app: NestExpressApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Colloquy API',
    swaggerOptions: { persistAuthorization: true, displayOperationId: true },
  });
}

/** The OpenAPI document of all routes. */
export function describeApi(app: NestExpressApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Colloquy')
    .setDescription(
      'Turn pages, tables and files into a chatbot on any provider, and keep everything that is said.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', description: 'An access token or an API key.' }, 'bearer')
    .addBearerAuth({ type: 'http', description: 'The setting METRICS_TOKEN.' }, 'metrics')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    operationIdFactory: (controller, method) => `${nameOf(controller)}.${method}`,
    extraModels: [Problem],
  });
  addCommonProblems(document);
  return document;
}

function nameOf(controller: string): string {
  const name = controller.replace(/Controller$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function addCommonProblems(document: OpenAPIObject): void {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const path of Object.values(document.paths)) {
    for (const method of HTTP_METHODS) {
      const operation = path[method];
      if (!operation) continue;
      const isPublic = operation.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false;
      const takesKey = operation.parameters?.some((one) => 'name' in one && one.name === IDEMPOTENCY_KEY);
      for (const { status, description, needsBody, needsKey } of COMMON_PROBLEMS) {
        if (needsBody && !METHODS_WITH_BODY.includes(method.toUpperCase())) continue;
        if (needsKey && !takesKey) continue;
        if (isPublic && (status === 401 || status === 403)) continue;
        const own = operation.responses[String(status)];
        if (!own) operation.responses[String(status)] = { description, content };
        else if (needsKey && 'description' in own) own.description += ` ${description}`;
      }
    }
  }
}
