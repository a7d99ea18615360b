import { describe, expect, it } from '@jest/globals';
import type { VisibleTable } from '#modules/datasources';
import { readTableQuestion } from './plain-table-question.js';

const field = (name: string, type: string, options: string[] = []) => ({
  ...{ key: name.toLowerCase().replaceAll(' ', '_'), name, type, options, description: '' },
});
const table = (name: string) =>
  ({
    name,
    table: {
      name,
      fields: [
        field('Title', 'text'),
        field('Kind', 'select', ['bike', 'Cargo bike', 'boat']),
        field('Price', 'number'),
        field('Sold', 'boolean'),
        field('Made on', 'date'),
        field('Colours', 'multi_select', ['red', 'blue']),
      ],
    },
  }) as unknown as VisibleTable;
const STOCK = table('Stock');
const read = (question: string) => readTableQuestion(question, [STOCK]);
const understood = (question: string) => {
  const answer = read(question);
  if (answer.kind !== 'understood') return answer.kind;
  const { aggregate, filter } = answer.question;
  return { aggregate, filter };
};

describe('readTableQuestion', () => {
  it.each([
    ['How many records are there in the stock?', { op: 'count' }, undefined],
    ['How many bikes are there?', { op: 'count' }, { field: 'kind', op: 'eq', value: 'bike' }],
    ['How many cargo bikes do we have?', { op: 'count' }, { field: 'kind', op: 'eq', value: 'Cargo bike' }],
    [
      'how many bikes are not sold',
      { op: 'count' },
      {
        and: [
          { field: 'kind', op: 'eq', value: 'bike' },
          { field: 'sold', op: 'eq', value: false },
        ],
      },
    ],
    ['How many have a price above 1,500.50?', { op: 'count' }, { field: 'price', op: 'gt', value: 1500.5 }],
    [
      'How many boats with a price of at least 20?',
      { op: 'count' },
      {
        and: [
          { field: 'kind', op: 'eq', value: 'boat' },
          { field: 'price', op: 'gte', value: 20 },
        ],
      },
    ],
    [
      'What is the total price of all boats?',
      { op: 'sum', field: 'price' },
      { field: 'kind', op: 'eq', value: 'boat' },
    ],
    ['What is the average price?', { op: 'avg', field: 'price' }, undefined],
    [
      'What is the highest price of the red bikes?',
      { op: 'max', field: 'price' },
      {
        and: [
          { field: 'colours', op: 'has_any', value: ['red'] },
          { field: 'kind', op: 'eq', value: 'bike' },
        ],
      },
    ],
    [
      'How many were made on before 2026-01-01?',
      { op: 'count' },
      { field: 'made_on', op: 'lt', value: '2026-01-01' },
    ],
  ])('understands "%s"', (question, aggregate, filter) => {
    expect(understood(question)).toEqual({ aggregate, filter });
  });

  it('lists what fits', () => {
    expect(understood('Which boats are sold?')).toEqual({
      aggregate: undefined,
      filter: {
        and: [
          { field: 'kind', op: 'eq', value: 'boat' },
          { field: 'sold', op: 'eq', value: true },
        ],
      },
    });
  });

  it.each([
    'How many bikes did Anna buy?',
    'How many bikes or boats are there?',
    'What is the total of the bikes?',
    'How many bikes have a price above average?',
    'How many bikes cost more than boats?',
  ])('owns up to not understanding "%s"', (question) => {
    expect(read(question).kind).toBe('not_understood');
  });

  it.each(['How many months is the warranty?', 'When do you open?', '', '>>>> = <', 'List all of them!'])(
    'leaves "%s" to others',
    (question) => {
      expect(read(question).kind).toBe('other');
    },
  );

  it('reads no question of which it would not see the end', () => {
    expect(read(`How many bikes are there? ${'really '.repeat(100)}`).kind).toBe('other');
  });

  it('says what it counts', () => {
    const answer = read('How many bikes have a price below 500?');

    expect(answer).toMatchObject({
      question: { sentence: 'The number of records of Stock with Kind bike and with Price below 500 is {}.' },
    });
  });

  it('tells tables apart by what is named', () => {
    const customers = {
      ...table('Customers'),
      table: { name: 'Customers', fields: [field('City', 'text')] },
    };

    const answer = readTableQuestion('How many customers are there?', [
      STOCK,
      customers as unknown as VisibleTable,
    ]);

    expect(answer).toMatchObject({ kind: 'understood', question: { table: { name: 'Customers' } } });
  });
});
