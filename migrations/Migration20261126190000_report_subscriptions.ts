import { Migration } from '@mikro-orm/migrations';

/** Who gets the report of which bot by mail. When is in `schedules`. */
export class Migration20261126190000_report_subscriptions extends Migration {
  override up(): void {
    this.addSql(`
      create table report_subscriptions (
        id uuid primary key,
        workspace_id uuid not null,
        bot_id uuid not null,
        user_id uuid not null,
        created_at timestamptz(3) not null,
        last_sent_at timestamptz(3) null,
        last_error text null,
        constraint report_subscriptions_workspace_id_unique unique (workspace_id, id),
        constraint report_subscriptions_user_unique unique (workspace_id, bot_id, user_id),
        constraint report_subscriptions_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id)
          on delete cascade,
        constraint report_subscriptions_membership_fk foreign key (workspace_id, user_id)
          references memberships (workspace_id, user_id) on delete cascade
      )`);
    this.addSql('create index report_subscriptions_member on report_subscriptions (workspace_id, user_id)');
  }
}
