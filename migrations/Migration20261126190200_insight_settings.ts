import { Migration } from '@mikro-orm/migrations';

/** What the team has chosen for the insights of a bot. */
export class Migration20261126190200_insight_settings extends Migration {
  override up(): void {
    this.addSql(`
      create table insight_settings (
        workspace_id uuid not null,
        bot_id uuid not null,
        naming_provider text null,
        naming_model text null,
        updated_at timestamptz(3) not null,
        primary key (workspace_id, bot_id),
        constraint insight_settings_naming_whole check ((naming_provider is null) = (naming_model is null)),
        constraint insight_settings_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id)
          on delete cascade
      )`);
  }
}
