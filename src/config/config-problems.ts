/** Every wrong setting at once, one line each, in words a person can act on. Values of secrets never appear. */
export class ConfigProblems extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Colloquy cannot start with these settings:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigProblems';
  }
}
