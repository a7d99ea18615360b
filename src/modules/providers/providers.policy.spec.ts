import { describe, expect, it } from '@jest/globals';
import { Abilities, type Actor, ROLES } from '#common/access';
import { providersPolicy } from './providers.policy.js';

describe('providersPolicy', () => {
  const abilities = new Abilities([providersPolicy]);

  it.each(ROLES)('lets the %s see the models, and nothing more', (role) => {
    const actor: Actor = { kind: 'user', id: 'u1', userId: 'u1', workspaceId: 'w1', role };

    expect(abilities.permissionsOf(actor)).toEqual(['read Model']);
  });
});
