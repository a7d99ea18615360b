import { Migration } from '@mikro-orm/migrations';

/** The words of large workspaces are sampled as densely as their number asks for (docs/adr/0036). */
export class Migration20261127060000_larger_samples extends Migration {
  override up(): void {
    this.addSql('drop index chunks_sample');
    // The last byte of an id is random: up to one passage of 16, and as many fewer as the index is asked for.
    this.addSql(
      `create index chunks_sample on chunks (workspace_id, datasource_id, get_byte(uuid_send(id), 15))
       where get_byte(uuid_send(id), 15) < 16`,
    );
  }
}
