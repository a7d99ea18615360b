import { Migration } from '@mikro-orm/migrations';

/** Who did what, and when. */
export class Migration20261126160000_audit_log extends Migration {
  override up(): void {
    this.addSql(`
      create table audit_log (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        actor_kind text not null,
        actor_id uuid null,
        user_id uuid null,
        action text not null,
        subject text not null,
        subject_id uuid null,
        details jsonb not null default '{}',
        request_id text null,
        created_at timestamptz(3) not null,
        constraint audit_log_actor_kind_known check (actor_kind in ('user', 'apiKey', 'link', 'system'))
      )`);
    this.addSql('create index audit_log_workspace on audit_log (workspace_id, id)');
    this.addSql('create index audit_log_subject on audit_log (workspace_id, subject_id, id)');
  }
}
