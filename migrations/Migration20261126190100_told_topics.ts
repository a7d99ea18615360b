import { Migration } from '@mikro-orm/migrations';

/** What conversations were last told of the topics of their questions; what differs is told anew. */
export class Migration20261126190100_told_topics extends Migration {
  override up(): void {
    this.addSql('alter table insight_turns add column told_topic_id uuid null');
  }
}
