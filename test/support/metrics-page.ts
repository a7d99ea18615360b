/** One line of a page of metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format of Prometheus. */
export function samplesOf(page: string): Sample[] {
  return page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [
        label,
        text,
      ]);
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    });
}

/** The samples of one metric whose labels include these. */
export function samplesNamed(page: string, name: string, labels: Sample['labels'] = {}): Sample[] {
  return samplesOf(page).filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
}

/** The value of the only sample that fits; `undefined` when there is none. */
export function valueOf(page: string, name: string, labels: Sample['labels'] = {}): number | undefined {
  const found = samplesNamed(page, name, labels);
  if (found.length > 1) throw new Error(`${name} has ${String(found.length)} samples that fit.`);
  return found[0]?.value;
}
