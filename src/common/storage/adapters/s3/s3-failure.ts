/** What a bucket answered in place of what it was asked for. For logs: it names neither keys nor files. */
export class S3Failure extends Error {
  constructor(
    readonly method: string,
    readonly status: number,
    /** As the service calls it: `NoSuchBucket`, `SlowDown`. */
    readonly code: string,
  ) {
    super(`The bucket answered ${String(status)}${code === '' ? '' : ` ${code}`} to ${method}.`);
    this.name = 'S3Failure';
  }

  /** Whether it may pass by itself. */
  get isPassing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408 || PASSING.has(this.code);
  }
}

const PASSING: ReadonlySet<string> = new Set([
  'RequestTimeout',
  'SlowDown',
  'InternalError',
  'OperationAborted',
]);
