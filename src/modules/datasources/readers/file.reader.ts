import { Injectable } from '@nestjs/common';
import type { Datasource } from '../entities/datasource.entity.js';
import { FileMissing } from '../file.errors.js';
import { type ExtractedFile, FileExtractor } from '../ports/file-extractor.port.js';
import { SourceFiles } from '../source-files.js';
import { PageExtractor } from '../ports/page-extractor.port.js';
import { type ReadRequest, SourceReader, type SourceReading } from './source-reader.js';

/** Files that are read as pages are. */
const PAGE_TYPES = ['text/html', 'text/markdown', 'text/plain'];
/** Nobody asks for it: it only stands for the address that a page would have. */
const NO_ADDRESS = 'file:///file';

/** Reads a file that was uploaded. */
@Injectable()
export class FileReader extends SourceReader {
  readonly type = 'file';
  readonly fields = [];

  constructor(
    private readonly storage: SourceFiles,
    private readonly files: FileExtractor,
    private readonly pages: PageExtractor,
  ) {
    super();
  }

  checked(): object {
    return {};
  }

  nameOf(): string {
    return 'File';
  }

  async read({ file, name }: Datasource, { known, onFetched }: ReadRequest): Promise<SourceReading> {
    if (!file) throw new FileMissing();
    const { key, mediaType, bytes, sha256 } = file;
    const version = { etag: `${sha256} ${name}`, bytes };
    if (known.etag === version.etag) return {};
    const body = await this.storage.read(key);
    onFetched();
    return { page: { ...(await this.#extract(body, mediaType)), title: name }, version };
  }

  #extract(body: Uint8Array, mediaType: string): Promise<ExtractedFile> {
    return PAGE_TYPES.includes(mediaType)
      ? this.pages.extract({ body, contentType: mediaType, url: NO_ADDRESS })
      : this.files.extract({ body, mediaType });
  }
}
