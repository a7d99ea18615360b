/** A bucket, and what opens it. */
export interface S3Settings {
  readonly bucket: string;
  /** Amazon's own in the region unless said otherwise. */
  readonly endpoint?: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What the names of all objects begin with. */
  readonly prefix?: string;
  /** `https://host/bucket` instead of `https://bucket.host`. */
  readonly hasPathStyle: boolean;
}

/** One request to a bucket. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Name of an object; none for the bucket itself. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses besides success that the caller knows what to do with. */
  readonly expected?: readonly number[];
  /** How often it is tried where trying again may help; four times unless said otherwise. */
  readonly tries?: number;
}
