import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';

/** Who may use the stand-in, and as which region it signs. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const MAX_SKEW_MS = 15 * 60_000;

/** SHA-256 as the signer of Amazon wants to have it. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac('sha256', secret as Uint8Array) : createHash('sha256');
  }

  update(chunk: Uint8Array | string): void {
    this.#hash.update(chunk);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('A hash is used once.');
  }
}

/** What is wrong with the signature of a request, by Amazon's own signer; nothing when it is right. */
export async function signatureProblem(
  request: IncomingMessage,
  body: Buffer,
  { accessKeyId, secretAccessKey, region }: S3Credentials,
): Promise<string | undefined> {
  const { authorization = '', host = '' } = request.headers;
  const [, key, day, place, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  if (key === undefined) return 'AccessDenied';
  if (key !== accessKeyId) return 'InvalidAccessKeyId';
  if (place !== region) return 'AuthorizationHeaderMalformed';
  const headerOf = (name: string): string => [request.headers[name] ?? ''].flat().join(',');
  const sentAt = dateOf(headerOf('x-amz-date'));
  if (Math.abs(Date.now() - sentAt.getTime()) > MAX_SKEW_MS) return 'RequestTimeTooSkewed';
  if (headerOf('x-amz-date').slice(0, 8) !== day) return 'AuthorizationHeaderMalformed';
  if (headerOf('x-amz-content-sha256') !== createHash('sha256').update(body).digest('hex'))
    return 'XAmzContentSHA256Mismatch';
  const signed = (names ?? '').split(';');
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => signed.includes(name)))
    return 'AccessDenied';
  const url = new URL(request.url ?? '/', `http://${host}`);
  const signer = new SignatureV4({
    ...{ service: 's3', region, uriEscapePath: false, applyChecksum: false, sha256: Sha256 },
    credentials: { accessKeyId, secretAccessKey },
  });
  const again = await signer.sign(
    {
      ...{
        method: request.method ?? 'GET',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
      },
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(signed.map((name) => [name, headerOf(name)])),
    },
    { signingDate: sentAt },
  );
  const isRight = again.headers['authorization']?.endsWith(`Signature=${signature ?? ''}`) ?? false;
  return isRight ? undefined : 'SignatureDoesNotMatch';
}

/** `20261126T110000Z`, as a date. */
function dateOf(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
