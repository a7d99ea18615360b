import { describe, expect, it } from '@jest/globals';
import { ToolCallAssembler } from './tool-calls.js';

const TOOLS = [{ name: 'search', description: '', parameters: { type: 'object', required: ['query'] } }];

describe('ToolCallAssembler', () => {
  it('puts calls together from their parts, in order', () => {
    const calls = new ToolCallAssembler(TOOLS);

    calls.add({ index: 1, id: 'b', name: 'search', json: '{"query": "two"}' });
    calls.add({ index: 0, id: 'a', name: 'search', json: '{"que' });
    calls.add({ index: 0, json: 'ry": "one"}' });

    expect(calls.calls()).toEqual([
      { id: 'a', name: 'search', arguments: { query: 'one' } },
      { id: 'b', name: 'search', arguments: { query: 'two' } },
    ]);
  });

  it.each([
    ['no such tool', 'unknown', '{}', /no tool named/],
    ['no JSON', 'search', '{"query', /not a JSON object/],
    ['no object', 'search', '[1]', /not a JSON object/],
    ['what does not fit', 'search', '{}', /do not fit/],
  ])('says what is wrong with %s', (_, name, json, problem) => {
    const calls = new ToolCallAssembler(TOOLS);

    calls.add({ index: 0, id: 'a', name, json });

    expect(calls.calls()[0]?.problem).toMatch(problem);
  });

  it('leaves out what no database takes', () => {
    const calls = new ToolCallAssembler(TOOLS);

    calls.add({ index: 0, id: 'a\0b', name: 'search', json: '{"query": "x\\u0000y\\ud800"}' });

    expect(calls.calls()).toEqual([{ id: 'ab', name: 'search', arguments: { query: 'xy\ufffd' } }]);
  });
});
