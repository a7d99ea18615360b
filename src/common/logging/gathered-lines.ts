import type { DestinationStream } from 'pino';

/** Pino tells a destination with this mark the level of each line. */
const TELLS_LEVEL = Symbol.for('pino.metadata');
const WARN = 40;
const GATHER_MS = 50;
const MAX_CHARS = 16_384;

/**
 * Writes the lines of a twentieth of a second at once: a system call for each line is a tenth of what a short request
 * costs. Warnings and worse go out at once, with all that was said before them; at exit, so does the rest.
 */
export class GatheredLines implements DestinationStream {
  readonly [TELLS_LEVEL] = true;
  /** Of the line that is being written; set by Pino. */
  lastLevel = WARN;
  #lines = '';
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly destination: DestinationStream,
    private readonly gatherMs = GATHER_MS,
  ) {
    process.on('exit', () => {
      this.flush();
    });
  }

  write(line: string): void {
    this.#lines += line;
    if (this.lastLevel >= WARN || this.#lines.length >= MAX_CHARS) {
      this.flush();
    } else {
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, this.gatherMs).unref();
    }
  }

  /** Writes what has gathered. Pino calls it, too, before it ends the process. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = '';
    if (lines !== '') this.destination.write(lines);
  }
}
