import { Migration } from '@mikro-orm/migrations';

/** Large workspaces are searched by an index of their vectors, and their words by way of a sample (docs/adr/0036). */
export class Migration20261126180000_vector_indexes extends Migration {
  override up(): void {
    this.addSql(`
      create table vector_indexes (
        workspace_id uuid not null references workspaces on delete cascade,
        model text not null,
        name text not null,
        dimensions int not null,
        is_ready boolean not null default false,
        created_at timestamptz(3) not null,
        primary key (workspace_id, model),
        constraint vector_indexes_name_unique unique (name),
        constraint vector_indexes_dimensions_known check (dimensions between 1 and 4000)
      )`);
    // The last byte of an id is random: one passage of 256, of each source.
    this.addSql(
      'create index chunks_sample on chunks (workspace_id, datasource_id) where get_byte(uuid_send(id), 15) = 0',
    );
  }
}
