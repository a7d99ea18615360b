import { expect, it } from '@jest/globals';
import { vectorIndexName, vectorIndexStatement } from './vector-index.js';

const workspaceId = '0190f3a0-1111-7222-8333-444455556666';

it('gives each workspace and model a name of its own that fits into an identifier', () => {
  const name = vectorIndexName({ workspaceId, model: 'local/words@1' });

  expect(name).toMatch(/^chunk_embeddings_near_[0-9a-f]{32}$/);
  expect(name).toBe(vectorIndexName({ workspaceId, model: 'local/words@1' }));
  expect(name).not.toBe(vectorIndexName({ workspaceId, model: 'local/words@2' }));
});

it('writes names of models so that they cannot end the text', () => {
  const statement = vectorIndexStatement({ workspaceId, model: `a'; drop table chunks; --\\?é💬` }, 8);

  expect(statement).toContain(
    `model = U&'a\\+000027\\+00003b\\+000020drop\\+000020table\\+000020chunks\\+00003b\\+000020--\\+00005c\\+00003f\\+0000e9\\+01f4ac'`,
  );
});

it('is woven so densely that what lies apart can be reached', () => {
  expect(vectorIndexStatement({ workspaceId, model: 'm' }, 8)).toContain('with (m=16, ef_construction=200)');
});

it.each([0, 4_001, 1.5, NaN])('makes no index of %d dimensions', (dimensions) => {
  expect(() => vectorIndexStatement({ workspaceId, model: 'm' }, dimensions)).toThrow('length');
});

it('takes nothing for a workspace that is no id', () => {
  expect(() => vectorIndexStatement({ workspaceId: `x' or true`, model: 'm' }, 8)).toThrow('workspace');
});
