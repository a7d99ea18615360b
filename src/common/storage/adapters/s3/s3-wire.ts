import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { OutboundError } from '#common/http';
import { StorageAway } from '../../storage.errors.js';
import { S3Failure } from './s3-failure.js';
import type { S3Request, S3Settings } from './s3.types.js';
import { XmlTexts } from './xml-texts.js';

const TRIES = 4;
const FIRST_PAUSE_MS = 200;
const MAX_REASON_CHARS = 65_536;

/** Signs requests to one bucket (AWS Signature Version 4) and sends them, again where that may help. */
export class S3Wire {
  readonly #address: URL;

  constructor(
    private readonly settings: S3Settings,
    private readonly fetch: typeof globalThis.fetch,
    private readonly firstPauseMs = FIRST_PAUSE_MS,
  ) {
    this.#address = addressOf(settings);
  }

  /**
   * An answer that is a success or was expected.
   * @throws StorageAway, whose cause says what was wrong.
   */
  async send(request: S3Request): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#try(request);
      } catch (error) {
        if (!mayPass(error) || tries >= (request.tries ?? TRIES))
          throw isFailure(error) ? new StorageAway(error) : error;
        await this.waitAfter(tries);
      }
    }
  }

  /** Longer each time, and never quite the same: others wait, too. */
  async waitAfter(tries: number): Promise<void> {
    await pause(this.firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random()));
  }

  async #try(request: S3Request): Promise<Response> {
    const { url, method, headers } = await this.#signed(request);
    const response = await this.fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(request.body ? { body: request.body as Uint8Array<ArrayBuffer> } : {}),
    });
    if (response.ok || request.expected?.includes(response.status)) return response;
    throw new S3Failure(method, response.status, await codeIn(response));
  }

  #signed({ method, name = '', query = {}, headers = {}, body }: S3Request): ReturnType<AwsV4Signer['sign']> {
    const { region, accessKeyId, secretAccessKey } = this.settings;
    const url = new URL(this.#address);
    url.pathname += name;
    url.search = new URLSearchParams(query).toString();
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    return new AwsV4Signer({
      ...{ method, url: url.href, region, accessKeyId, secretAccessKey, service: 's3' },
      headers: { ...headers, 'x-amz-content-sha256': hash },
    }).sign();
  }
}

/** The address of a bucket, which ends with a slash. */
export function addressOf({ bucket, endpoint, region, hasPathStyle }: S3Settings): URL {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  url.pathname = url.pathname.replace(/\/*$/, '/');
  if (hasPathStyle) url.pathname += `${bucket}/`;
  else url.hostname = `${bucket}.${url.hostname}`;
  return url;
}

function isFailure(error: unknown): boolean {
  return error instanceof S3Failure || error instanceof OutboundError;
}

function mayPass(error: unknown): boolean {
  return error instanceof S3Failure
    ? error.isPassing
    : error instanceof OutboundError && error.kind === 'unavailable';
}

/** How the service calls what went wrong. */
async function codeIn(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return new XmlTexts(text.slice(0, MAX_REASON_CHARS)).one('Error/Code')?.slice(0, 100) ?? '';
}
