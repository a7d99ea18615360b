import { StorageAway } from '../../storage.errors.js';
import { S3Failure } from './s3-failure.js';
import type { S3Wire } from './s3-wire.js';
import { XmlTexts } from './xml-texts.js';

/** An object that is written in parts. It begins with the first one, and is there once it is complete. */
export class MultipartUpload {
  #id: string | undefined;
  readonly #etags: string[] = [];

  /** @param name with its prefix. */
  constructor(
    private readonly wire: S3Wire,
    private readonly name: string,
  ) {}

  /** Removes the parts of an upload that nobody goes on with. @throws StorageAway */
  static async forget(wire: S3Wire, name: string, uploadId: string): Promise<void> {
    await (await wire.send({ method: 'DELETE', name, query: { uploadId }, expected: [404] })).text();
  }

  /** @throws StorageAway */
  async add(body: Uint8Array): Promise<void> {
    this.#id ??= await this.#begin();
    const query = { partNumber: String(this.#etags.length + 1), uploadId: this.#id };
    const response = await this.wire.send({ method: 'PUT', name: this.name, query, body });
    await response.text();
    this.#etags.push(response.headers.get('etag') ?? '');
  }

  /** Nothing, where there was no part. @throws StorageAway */
  async complete(bytes: number): Promise<void> {
    if (this.#id === undefined) return;
    const response = await this.wire.send({
      ...{ method: 'POST', name: this.name, query: { uploadId: this.#id } },
      ...{ body: Buffer.from(this.#list()), expected: [404] },
    });
    const code = new XmlTexts(await response.text()).one('Error/Code');
    // A success may turn out to be none, and a repeated request finds that the first one did it.
    if (code !== undefined && !(response.status === 404 && (await this.#isThere(bytes)))) {
      throw new StorageAway(new S3Failure('POST', response.status, code));
    }
    this.#id = undefined;
  }

  /** What could not be removed is forgotten later. */
  async abort(): Promise<void> {
    if (this.#id === undefined) return;
    await MultipartUpload.forget(this.wire, this.name, this.#id).catch(() => undefined);
  }

  async #begin(): Promise<string> {
    const response = await this.wire.send({ method: 'POST', name: this.name, query: { uploads: '' } });
    const id = new XmlTexts(await response.text()).one('InitiateMultipartUploadResult/UploadId');
    if (!id) throw new StorageAway(new S3Failure('POST', response.status, 'NoUploadId'));
    return id;
  }

  async #isThere(bytes: number): Promise<boolean> {
    const response = await this.wire.send({ method: 'HEAD', name: this.name, expected: [404] });
    return response.ok && Number(response.headers.get('content-length')) === bytes;
  }

  #list(): string {
    const parts = this.#etags.map(
      (etag, index) =>
        `<Part><PartNumber>${String(index + 1)}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`,
    );
    return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${String(one.charCodeAt(0))};`);
}
