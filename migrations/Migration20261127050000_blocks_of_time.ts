import { Migration } from '@mikro-orm/migrations';

/**
 * Rows of the search say in which blocks of time they are, and how many words they have. Those that do not yet are rewritten
 * by whoever runs jobs, also those that a process of the version before still adds.
 */
export class Migration20261127050000_blocks_of_time extends Migration {
  override up(): void {
    this.addSql(`alter table message_search add column word_count int`);
    // Holds up the indexer for seconds, and no turn.
    this.addSql(
      'create index message_search_outdated on message_search (workspace_id, message_id) where word_count is null',
    );
  }
}
