import { Migration } from '@mikro-orm/migrations';

/** Reads the messages there are, without keeping anybody from writing: attaching them is then a matter of milliseconds. */
export class Migration20261126150100_check_bound_of_messages extends Migration {
  override up(): void {
    this.addSql('alter table messages validate constraint messages_closed');
  }
}
