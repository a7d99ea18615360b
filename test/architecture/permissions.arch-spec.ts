import { describe, expect, it } from '@jest/globals';
import { Abilities, type Actor, type Role, ROLES } from '#common/access';
import { newId } from '#common/database';
import { policies } from '../../src/policies.js';

const abilities = new Abilities(policies);
const actorOf = (role: Role): Actor => {
  const id = newId();
  return { kind: 'user', id, userId: id, workspaceId: newId(), role };
};

const EVERYBODY: readonly Role[] = ROLES;
const ANALYSTS: readonly Role[] = ['owner', 'admin', 'editor', 'analyst'];
const EDITORS: readonly Role[] = ['owner', 'admin', 'editor'];
const ADMINS: readonly Role[] = ['owner', 'admin'];

/** Section 8 of the design, for what exists: which roles may do this to every row of the workspace. */
const MATRIX: Readonly<Record<string, readonly Role[]>> = {
  'create ApiKey': ADMINS,
  'read ApiKey': ADMINS,
  'delete ApiKey': ADMINS,
  'read AuditLog': ADMINS,
  'create Export': ANALYSTS,
  'read Export': ANALYSTS,
  'delete Export': ANALYSTS,
  'create ExportSchedule': EDITORS,
  'update ExportSchedule': EDITORS,
  'delete ExportSchedule': EDITORS,
  'run ExportSchedule': EDITORS,
  'read ExportSchedule': ANALYSTS,
  'create Bot': EDITORS,
  'update Bot': EDITORS,
  'delete Bot': EDITORS,
  'protect Bot': ADMINS,
  'read Bot': EVERYBODY,
  'chat Bot': EVERYBODY,
  'create Datasource': EDITORS,
  'update Datasource': EDITORS,
  'delete Datasource': EDITORS,
  'sync Datasource': EDITORS,
  'read Datasource': EVERYBODY,
  'read Insight': ANALYSTS,
  'run Insight': ANALYSTS,
  'update Insight': ANALYSTS,
  'fix Insight': EDITORS,
  'configure Insight': EDITORS,
  'create ReportSubscription': [],
  'read ReportSubscription': ADMINS,
  'delete ReportSubscription': ADMINS,
  'read Conversation': ANALYSTS,
  'rate Conversation': ANALYSTS,
  'chat Conversation': EDITORS,
  'update Conversation': ANALYSTS,
  'correct Conversation': ANALYSTS,
  'reply Conversation': ANALYSTS,
  'inspect Conversation': ANALYSTS,
  'delete Conversation': EDITORS,
  'hold Conversation': ADMINS,
  'import Conversation': EDITORS,
  'create Erasure': ADMINS,
  'read Erasure': ADMINS,
  'read Job': EVERYBODY,
  'cancel Job': EDITORS,
  'retry Job': EDITORS,
  'read Model': EVERYBODY,
  'update Model': ADMINS,
  'read Usage': ANALYSTS,
  'read Budget': ANALYSTS,
  'create Budget': ADMINS,
  'update Budget': ADMINS,
  'delete Budget': ADMINS,
  'read Table': EVERYBODY,
  'create Table': EDITORS,
  'update Table': EDITORS,
  'delete Table': EDITORS,
  'read Form': EVERYBODY,
  'create Form': EDITORS,
  'update Form': EDITORS,
  'delete Form': EDITORS,
  'read Import': EVERYBODY,
  'create Import': EDITORS,
  'delete Import': EDITORS,
  'read Record': EVERYBODY,
  'create Record': EDITORS,
  'update Record': EDITORS,
  'delete Record': EDITORS,
  'read TableConnection': EDITORS,
  'create TableConnection': ADMINS,
  'update TableConnection': ADMINS,
  'delete TableConnection': ADMINS,
  'create ProviderCredential': ADMINS,
  'read ProviderCredential': ADMINS,
  'update ProviderCredential': ADMINS,
  'delete ProviderCredential': ADMINS,
};

/** What everybody may do to rows that they made. */
const OWN = ['read Conversation', 'chat Conversation', 'rate Conversation'];

function mayDoToAll(actor: Actor, permission: string): boolean {
  const [action = '', subject = ''] = permission.split(' ');
  if (!abilities.can(actor, action, subject)) return false;
  return abilities
    .visibleTo(actor, action, subject)
    .$or.some((branch) => Object.keys(branch).join() === 'workspaceId');
}

describe('permissions', () => {
  const cases = Object.entries(MATRIX).flatMap(([permission, roles]) =>
    ROLES.map((role) => ({ permission, role, allowed: roles.includes(role) })),
  );

  it.each(cases)('$role, "$permission" on every row: $allowed', ({ permission, role, allowed }) => {
    expect(mayDoToAll(actorOf(role), permission)).toBe(allowed);
  });

  it.each(ROLES)('%s has no permission that the table does not name', (role) => {
    const known = new Set([...Object.keys(MATRIX), 'be Actor']);

    expect(abilities.permissionsOf(actorOf(role)).filter((permission) => !known.has(permission))).toEqual([]);
  });

  it.each(OWN)('everybody may "%s" of its own', (permission) => {
    const viewer = actorOf('viewer');
    const [action = '', subject = ''] = permission.split(' ');

    expect(abilities.visibleTo(viewer, action, subject)).toEqual({
      $or: [{ workspaceId: viewer.workspaceId, createdById: viewer.id }],
    });
  });

  it('names the workspace in every rule, so that none reaches into another', () => {
    const actor = actorOf('owner');
    const filters = Object.keys(MATRIX).flatMap((permission) => {
      const [action = '', subject = ''] = permission.split(' ');
      return abilities.visibleTo(actor, action, subject).$or;
    });

    expect(filters.every((filter) => filter['workspaceId'] === actor.workspaceId)).toBe(true);
  });

  it('never gives a key more than its list of permissions', () => {
    const key: Actor = {
      ...actorOf('owner'),
      kind: 'apiKey',
      permissions: ['read Bot', 'transfer Workspace'],
    };

    expect(abilities.permissionsOf(key)).toEqual(['read Bot']);
  });

  it('gives a key for one table only what belongs to that', () => {
    const key: Actor = { ...actorOf('owner'), kind: 'apiKey', tableId: 't1' };
    const permissions = abilities.permissionsOf(key);
    const filters = permissions.flatMap((permission) => {
      const [action = '', subject = ''] = permission.split(' ');
      return abilities.visibleTo(key, action, subject).$or;
    });

    expect(permissions).toEqual(['create Record', 'delete Record', 'read Record', 'update Record']);
    expect(filters.every((filter) => filter['tableId'] === 't1')).toBe(true);
  });
});
