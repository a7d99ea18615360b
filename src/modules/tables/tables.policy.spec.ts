import { describe, expect, it } from '@jest/globals';
import { Abilities, type Actor, type Role } from '#common/access';
import { Forbidden } from '#common/errors';
import { tablesPolicy } from './tables.policy.js';

const READS = ['read Form', 'read Import', 'read Record', 'read Table'];
const EVERYTHING = [
  ...['create Import', 'delete Import', 'read Import'],
  ...['create', 'delete', 'read', 'update'].flatMap((action) => [
    `${action} Form`,
    `${action} Record`,
    `${action} Table`,
  ]),
];
const ACCOUNTS = ['create', 'delete', 'read', 'update'].map((action) => `${action} TableConnection`);

describe('tablesPolicy', () => {
  const abilities = new Abilities([tablesPolicy]);

  it.each<[Role, string[]]>([
    ['owner', [...EVERYTHING, ...ACCOUNTS]],
    ['admin', [...EVERYTHING, ...ACCOUNTS]],
    ['editor', [...EVERYTHING, 'read TableConnection']],
    ['analyst', READS],
    ['viewer', READS],
  ])('lets the %s do this', (role, permissions) => {
    const actor: Actor = { kind: 'user', id: 'u1', userId: 'u1', workspaceId: 'w1', role };

    expect(abilities.permissionsOf(actor).toSorted()).toEqual(permissions.toSorted());
  });

  it('lets a key of one table do nothing but with the records of that', () => {
    const key: Actor = {
      ...{ kind: 'apiKey', id: 'k1', userId: 'u1', workspaceId: 'w1', role: 'owner' },
      tableId: 't1',
    };

    expect(abilities.permissionsOf(key)).toEqual([
      ...['create Record', 'delete Record', 'read Record', 'update Record'],
    ]);
    expect(abilities.reaches(key, 'read', 'Record', { workspaceId: 'w1', tableId: 't1' })).toBe(true);
    expect(abilities.reaches(key, 'read', 'Record', { workspaceId: 'w1', tableId: 't2' })).toBe(false);
    expect(abilities.reaches(key, 'read', 'Record', { workspaceId: 'w2', tableId: 't1' })).toBe(false);
    expect(abilities.visibleTo(key, 'update', 'Record')).toEqual({
      $or: [{ workspaceId: 'w1', tableId: 't1' }],
    });
    expect(() => abilities.reaches(key, 'read', 'Table', { workspaceId: 'w1', tableId: 't1' })).toThrow(
      Forbidden,
    );
  });
});
