import { Migration } from '@mikro-orm/migrations';

/** What is to happen at set times, one row for each kind and subject. */
export class Migration20261126090000_schedules extends Migration {
  override up(): void {
    this.addSql(`
      create table schedules (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        kind text not null,
        subject_id uuid not null,
        payload jsonb not null,
        cron text not null,
        timezone text not null,
        next_run_at timestamptz null,
        last_run_at timestamptz null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint schedules_subject_unique unique (workspace_id, kind, subject_id)
      )`);
    this.addSql('create index schedules_due on schedules (next_run_at) where next_run_at is not null');
  }
}
