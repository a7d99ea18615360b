/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** What happens from one `FROM` to the next. */
export interface Stage {
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** Takes a Dockerfile apart. Knows comments and continued lines; heredocs and parser directives it does not. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  const stages: { from: string; instructions: Instruction[] }[] = [];
  for (const line of lines.filter((one) => one.trim() !== '')) {
    const [, name = '', rest = ''] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`Not an instruction: ${line}`);
    if (name === 'FROM') stages.push({ from: rest.split(/\s/, 1)[0] ?? '', instructions: [] });
    else stages.at(-1)?.instructions.push({ name, text: rest.trim() });
  }
  return stages;
}
