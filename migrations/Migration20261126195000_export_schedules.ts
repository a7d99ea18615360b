import { Migration } from '@mikro-orm/migrations';

/** Exports that are made again and again, where they go, and what became of each run. */
export class Migration20261126195000_export_schedules extends Migration {
  override up(): void {
    this.addSql(`
      create table export_schedules (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null,
        draft jsonb not null,
        is_incremental boolean not null,
        is_paused boolean not null default false,
        cron text not null,
        timezone text not null,
        target jsonb not null,
        sealed text not null,
        watermark pg_snapshot null,
        version int not null default 1,
        runner jsonb not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint export_schedules_workspace_id_unique unique (workspace_id, id)
      )`);
    this.addSql(`
      create table export_schedule_runs (
        job_id uuid primary key,
        workspace_id uuid not null,
        schedule_id uuid not null,
        version int not null,
        export_id uuid null,
        started_at timestamptz(3) not null,
        delivered_at timestamptz(3) null,
        constraint export_schedule_runs_schedule_fk foreign key (workspace_id, schedule_id)
          references export_schedules (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index export_schedule_runs_schedule on export_schedule_runs (workspace_id, schedule_id, job_id)',
    );
  }
}
