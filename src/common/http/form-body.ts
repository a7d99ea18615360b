import type { Readable } from 'node:stream';
import {
  createParamDecorator,
  type ExecutionContext,
  type Type,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import busboy, { type Busboy } from 'busboy';
import type { Request } from 'express';
import { InvalidFields } from '#common/errors';
import { RequestValidationPipe } from '#common/validation';
import { FormMalformed } from './http.errors.js';
import { isForm } from './json-body.js';

/** Of fields that are no file: enough for a list of ids. */
const MAX_FIELDS = 64;
const MAX_FIELD_BYTES = 4_096;
const MAX_FIELD_NAME_BYTES = 100;
const MAX_HEADERS_A_PART = 16;
const FILE_FIELD = 'file';

/** A file while it comes. */
export interface FormFile {
  /** As it was sent: not to be trusted. */
  readonly name: string;
  readonly content: Readable;
}

/** Where the file of a form goes. */
export interface FormSink<Taken> {
  /** No more of the file is read than this reads. */
  readonly maxBytes: number;
  readonly take: (file: FormFile) => Promise<Taken>;
  /** Undoes `take`, when the rest of the form turns out to be wrong. */
  readonly drop: (taken: Taken) => Promise<void>;
}

/** What was sent in a form, its fields checked by their class. */
export interface FormContent<Fields, Taken> {
  readonly fields: Fields;
  readonly file: Taken;
}

/** A form with one file, called `file`, which goes on as a stream: no more than a few pieces of it are in memory. */
export class FormBody<Fields extends object> {
  constructor(
    private readonly request: Request,
    private readonly fieldsType: Type<Fields>,
  ) {}

  /** @throws FormMalformed, InvalidFields, and whatever `take` throws; then nothing of the form is left. */
  async read<Taken>(sink: FormSink<Taken>): Promise<FormContent<Fields, Taken>> {
    if (!isForm(this.request) || this.request.headers['content-encoding'])
      throw new UnsupportedMediaTypeException();
    const reading = new FormReading(this.request, sink);
    try {
      const { fields, file } = await reading.content;
      return { fields: await this.#checked(fields), file };
    } catch (error) {
      await reading.undo();
      throw error;
    }
  }

  async #checked(fields: object): Promise<Fields> {
    const checked: unknown = await new RequestValidationPipe().transform(fields, {
      type: 'body',
      metatype: this.fieldsType,
    });
    return checked as Fields;
  }
}

/** One pass over a form. */
class FormReading<Taken> {
  readonly #settled = Promise.withResolvers<undefined>();
  readonly #fields = new Map<string, string | string[]>();
  readonly #parser: Busboy;
  #file: Promise<Taken> | undefined;

  constructor(
    private readonly request: Request,
    private readonly sink: FormSink<Taken>,
  ) {
    this.#parser = parserFor(request, sink.maxBytes);
    this.#parser
      .on('file', this.#onFile)
      .on('field', this.#onField)
      .once('close', () => {
        this.#settled.resolve(undefined);
      })
      .on('error', () => {
        this.#settled.reject(new FormMalformed());
      });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
      this.#parser.once(limit, () => {
        this.#settled.reject(new FormMalformed('The form has too many parts.'));
      });
    request.once('close', this.#onGone).pipe(this.#parser);
  }

  get content(): Promise<{ fields: object; file: Taken }> {
    return this.#content();
  }

  /** Lets go of the form, and of its file wherever it is by now. */
  async undo(): Promise<void> {
    this.request.unpipe(this.#parser);
    this.#parser.destroy();
    const taken = await this.#file?.catch(() => undefined);
    if (taken !== undefined) await this.sink.drop(taken);
  }

  async #content(): Promise<{ fields: object; file: Taken }> {
    await this.#settled.promise;
    if (!this.#file) throw new InvalidFields([{ path: FILE_FIELD, message: 'is required' }]);
    return { file: await this.#file, fields: Object.fromEntries(this.#fields) };
  }

  readonly #onGone = (): void => {
    if (this.request.complete) return;
    this.#settled.reject(new FormMalformed());
    this.#parser.destroy(new FormMalformed());
  };

  readonly #onFile = (field: string, content: Readable, { filename }: { filename?: string }): void => {
    // Who drops the form drops the file, too; its reader, if there is one, is told by the stream itself.
    content.on('error', () => undefined);
    if (field !== FILE_FIELD) {
      content.resume();
      this.#settled.reject(
        new InvalidFields([{ path: field.slice(0, MAX_FIELD_NAME_BYTES), message: 'is not a known field' }]),
      );
      return;
    }
    this.#file = this.sink.take({ name: filename ?? '', content });
    this.#file.catch((error: unknown) => {
      this.#settled.reject(error);
    });
  };

  readonly #onField = (
    name: string,
    value: string,
    { nameTruncated, valueTruncated }: { nameTruncated: boolean; valueTruncated: boolean },
  ): void => {
    if (nameTruncated || valueTruncated) {
      this.#settled.reject(new InvalidFields([{ path: name, message: 'is too long' }]));
      return;
    }
    const earlier = this.#fields.get(name);
    this.#fields.set(name, earlier === undefined ? value : [earlier, value].flat());
  };
}

function parserFor({ headers }: Request, maxBytes: number): Busboy {
  try {
    return busboy({
      headers,
      defParamCharset: 'utf8',
      limits: {
        ...{ fieldNameSize: MAX_FIELD_NAME_BYTES, fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS },
        ...{ files: 1, parts: MAX_FIELDS + 1, headerPairs: MAX_HEADERS_A_PART },
        // One more than may be, so that who counts sees that it was too much.
        fileSize: maxBytes + 1,
      },
    });
  } catch {
    throw new FormMalformed('The form does not say where its parts begin.');
  }
}

/** The form of a route that is marked `TakesForm`, with the class of its fields. */
export const FormOf = createParamDecorator(
  (fields: Type<object>, context: ExecutionContext) =>
    new FormBody(context.switchToHttp().getRequest<Request>(), fields),
);
