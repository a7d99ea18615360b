import { describe, expect, it } from '@jest/globals';
import { Abilities, type Actor, type Role } from '#common/access';
import { providersPolicy } from './providers.policy.js';

const READS = ['read Budget', 'read Model', 'read Usage'];
const EVERYTHING = [
  ...['create', 'delete', 'read', 'update'].map((action) => `${action} Budget`),
  ...['create', 'delete', 'read', 'update'].map((action) => `${action} ProviderCredential`),
  ...['read Model', 'read Usage', 'update Model'],
].sort();

describe('providersPolicy', () => {
  const abilities = new Abilities([providersPolicy]);

  it.each<[Role, string[]]>([
    ['owner', EVERYTHING],
    ['admin', EVERYTHING],
    ['editor', READS],
    ['analyst', READS],
    ['viewer', ['read Model']],
  ])('lets the %s do this', (role, permissions) => {
    const actor: Actor = { kind: 'user', id: 'u1', userId: 'u1', workspaceId: 'w1', role };

    expect(abilities.permissionsOf(actor).toSorted()).toEqual(permissions);
  });
});
