import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { AppConfig } from '#config';
import {
  answerRequestId,
  answerUnreadable,
  completeDocument,
  limitConnections,
  Problem,
  ProblemFilter,
  readsJsonBody,
} from '#common/http';
import { QuietStartLogger } from '#common/logging';
import { RequestMeasurer } from '#common/metrics';
import { knowRules, RequestValidationPipe } from '#common/validation';

const DESCRIPTION = `Turn pages, tables and files into a chatbot on any provider, and keep everything that is said.

**Signing in.** \`auth.register\` and \`auth.login\` answer an access token, \`apiKeys.create\` a key for another service. Send either as \`Authorization: Bearer ...\`.

**Failures** are problems (RFC 9457) with a stable \`code\`; each route lists its own. Each answer has an \`X-Request-Id\`, which problems repeat. Where it makes sense to try again, \`Retry-After\` says when.

**Lists** come in pages: pass \`nextCursor\` as \`cursor\` until it is null.

**Repeating.** A POST with an \`Idempotency-Key\` can be sent again without doing its work twice.

**Fields.** What a body or a query does not know is refused. Answers may come to have more: ignore what you do not know.`;

/** The routes that read a form by themselves. */
const FORMS = /^\/v1\/datasources\/files\/?$/i;

/** Nothing is kept by anybody, so nobody can ask whether what was kept is still fresh: 304 is no answer of ours. */
function answerUncached(request: Request, response: Response, next: NextFunction): void {
  delete request.headers['if-none-match'];
  delete request.headers['if-modified-since'];
  response.setHeader('Cache-Control', 'no-store').setHeader('X-Accel-Buffering', 'no');
  next();
}

/** Routes that read their bodies themselves: files, forms, and what is signed byte by byte. */
const OWN_BODIES = [
  /^\/v1\/import-files\/?$/i,
  /^\/v1\/imports\/conversations\/?$/i,
  /^\/v1\/hooks\/[^/]+\/?$/i,
  /^\/f\/[^/]+\/?$/i,
  /^\/unsubscribe\/[^/]+\/?$/i,
];

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
  app.use(readsJsonBody(config.server.bodyLimitBytes, (path) => FORMS.test(path), OWN_BODIES));
  knowRules();
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
}

/** Serves the API document at `/openapi.json` and a page to try it at `/docs`. */
export function serveDocument(app: NestExpressApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Colloquy API',
    // The document is nobody else's business: without this the page shows its address to a service that checks documents.
    // With all of them open the page gives up drawing at some hundred operations.
    swaggerOptions: {
      ...{ persistAuthorization: true, displayOperationId: true, validatorUrl: null },
      ...{ docExpansion: 'none', filter: true },
    },
  });
}

/** The OpenAPI document of all routes. */
export function describeApi(app: NestExpressApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Colloquy')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'The server that this document comes from.')
    .addBearerAuth(
      {
        type: 'http',
        bearerFormat: 'access token or API key',
        description: 'An access token or an API key.',
      },
      'bearer',
    )
    .addBearerAuth({ type: 'http', description: 'The setting METRICS_TOKEN.' }, 'metrics')
    .build();
  Reflect.deleteProperty(about.info, 'contact');
  const document = SwaggerModule.createDocument(app, about, {
    operationIdFactory: (controller, method) => `${nameOf(controller)}.${method}`,
    extraModels: [Problem],
  });
  return completeDocument(document);
}

function nameOf(controller: string): string {
  const name = controller.replace(/Controller$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}
