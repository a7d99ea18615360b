import { describe, expect, it } from '@jest/globals';
import { keyOf, ModelLabels } from './model-labels.js';

const labels = (): ModelLabels => new ModelLabels(new Set([keyOf('openai', 'gpt-4.1')]));

describe('ModelLabels', () => {
  it('knows the models that are listed', () => {
    expect(labels().labelOf('openai', 'gpt-4.1')).toBe('gpt-4.1');
  });

  it('takes no name that somebody made up', () => {
    expect(labels().labelOf('openai', 'made-up-7f3a')).toBe('other');
    expect(labels().labelOf('another', 'gpt-4.1')).toBe('other');
  });

  it('takes a name once the model has answered', () => {
    const known = labels();

    known.markAnswered('openai', 'llama3.2');

    expect(known.labelOf('openai', 'llama3.2')).toBe('llama3.2');
  });

  it('has no more than twenty such names, also when a server answers to every one', () => {
    const known = labels();
    const names = Array.from({ length: 1_000 }, (_, index) => `model-${String(index)}`);

    names.forEach((name) => {
      known.markAnswered('openai', name);
    });

    expect(new Set(names.map((name) => known.labelOf('openai', name))).size).toBe(21);
  });
});
