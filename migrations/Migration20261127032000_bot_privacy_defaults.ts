import { Migration } from '@mikro-orm/migrations';

/** What new bots of a workspace keep of their conversations. */
export class Migration20261127032000_bot_privacy_defaults extends Migration {
  override up(): void {
    this.addSql(`
      create table bot_privacy_defaults (
        workspace_id uuid primary key references workspaces on delete cascade,
        privacy jsonb not null,
        updated_at timestamptz(3) not null,
        constraint bot_privacy_defaults_known check (privacy ->> 'storage' in ('full', 'without_text', 'none'))
      )`);
  }
}
