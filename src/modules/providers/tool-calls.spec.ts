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

  const problemOf = (parameters: object, json: string): string | undefined => {
    const calls = new ToolCallAssembler([{ name: 'search', description: '', parameters: { ...parameters } }]);
    calls.add({ index: 0, id: 'a', name: 'search', json });
    return calls.calls()[0]?.problem;
  };

  it.each([
    ['is no schema', { type: 'nonsense', properties: 7 }],
    ['refers to what is not there', { $ref: '#/$defs/gone' }],
    ['refers to another server', { $ref: 'http://169.254.169.254/schema.json' }],
    ['demands what no program can be made of', { allOf: 'everything' }],
  ])('says that a tool cannot be used whose schema %s', (_, parameters) => {
    expect(problemOf(parameters, '{"query": "x"}')).toMatch(/cannot be used/);
  });

  it('checks arguments by a schema that refers to itself, however deep they are', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } }, required: ['name'] };
    const schema = { $ref: '#/$defs/node', $defs: { node } };
    const nested = (depth: number): string => '{"name":"x","next":'.repeat(depth) + '{}' + '}'.repeat(depth);

    expect(problemOf(schema, '{"name": "x", "next": {"name": "y"}}')).toBeUndefined();
    expect(problemOf(schema, nested(3))).toMatch(/do not fit/);
    expect(problemOf(schema, nested(8_000))).toMatch(/not a JSON object|cannot be used|do not fit/);
  });

  it('is held up by no pattern and no list of a schema', () => {
    const schema = {
      properties: {
        text: { pattern: '^(a+)+$' },
        list: { uniqueItems: true, items: { type: 'object' } },
      },
      patternProperties: { '^(b+)+$': { type: 'null' } },
    };
    const list = Array.from({ length: 15_000 }, (_, index) => ({ i: index }));
    const json = JSON.stringify({ text: `${'a'.repeat(40)}!`, [`${'b'.repeat(40)}!`]: 1, list });

    expect(problemOf(schema, json)).toBeUndefined();
  });

  it('takes two schemas that call themselves the same', () => {
    expect(problemOf({ $id: 'same', required: ['a'] }, '{"a": 1}')).toBeUndefined();
    expect(problemOf({ $id: 'same', required: ['b'] }, '{"a": 1}')).toMatch(/do not fit/);
  });
});
