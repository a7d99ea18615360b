import { Migration } from '@mikro-orm/migrations';

/** Bots say what is kept of their conversations, and conversations may be held whatever their age. */
export class Migration20261126150400_privacy extends Migration {
  override up(): void {
    this.addSql(`
      alter table bots add column privacy jsonb not null
        default '{"storage": "full", "redact": [], "redactForModel": false, "phoneRegion": null, "retentionDays": null, "legalHold": false}',
        add constraint bots_privacy_known check (privacy ->> 'storage' in ('full', 'without_text', 'none'))`);
    this.addSql('alter table conversations add column legal_hold boolean not null default false');
    this.addSql('create index conversations_held on conversations (workspace_id, id) where legal_hold');
    this.addSql(
      `create index bots_retention on bots (workspace_id, id) where privacy ->> 'retentionDays' is not null`,
    );
  }
}
