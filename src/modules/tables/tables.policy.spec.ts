import { describe, expect, it } from '@jest/globals';
import { Abilities, type Actor, type Role } from '#common/access';
import { tablesPolicy } from './tables.policy.js';

const READS = ['read Form', 'read Record', 'read Table'];
const EVERYTHING = ['create', 'delete', 'read', 'update'].flatMap((action) => [
  `${action} Form`,
  `${action} Record`,
  `${action} Table`,
]);
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
});
