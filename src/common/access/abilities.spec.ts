import { describe, expect, it } from '@jest/globals';
import { Abilities } from './abilities.js';
import type { Actor } from './actor.js';
import { isAtLeast } from './actor.js';

const viewer: Actor = { kind: 'user', id: 'u', userId: 'u', workspaceId: 'w', role: 'viewer' };

describe('Abilities', () => {
  let asked = 0;
  const abilities = new Abilities([
    (actor, { can }) => {
      asked += 1;
      const here = { workspaceId: actor.workspaceId };
      can('read', 'Bot', here);
      if (isAtLeast(actor, 'editor')) can('update', 'Bot', here);
    },
  ]);

  it('asks the policies once for the same actor', () => {
    asked = 0;
    expect(abilities.can(viewer, 'read', 'Bot')).toBe(true);
    expect(abilities.can({ ...viewer }, 'read', 'Bot')).toBe(true);
    expect(asked).toBe(1);
  });

  it('knows an actor by all that it is', () => {
    expect(abilities.can(viewer, 'update', 'Bot')).toBe(false);
    const editor: Actor = { ...viewer, role: 'editor' };
    expect(abilities.can(editor, 'update', 'Bot')).toBe(true);
    expect(abilities.can({ ...editor, permissions: ['read Bot'] }, 'update', 'Bot')).toBe(false);
    expect(abilities.can({ ...editor, tableId: 't' }, 'read', 'Bot')).toBe(false);
    expect(abilities.visibleTo({ ...editor, workspaceId: 'other' }, 'read', 'Bot')).toEqual({
      $or: [{ workspaceId: 'other' }],
    });
  });

  it('forgets the oldest of very many', () => {
    abilities.can(viewer, 'read', 'Bot');
    for (let count = 0; count < 500; count += 1)
      abilities.can({ ...viewer, id: String(count) }, 'read', 'Bot');
    asked = 0;
    abilities.can(viewer, 'read', 'Bot');
    expect(asked).toBe(1);
  });
});
