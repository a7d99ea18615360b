import { Migration } from '@mikro-orm/migrations';

/** Searches read less: the terms of a passage stand in its row, and each document knows how many terms it has. */
export class Migration20261124150000_lighten_search extends Migration {
  override up(): void {
    // Of a row over 2 kB the terms were compressed or moved out, and unpacked again for each term of a question.
    // Rows that are there already follow when they are written anew.
    this.addSql('alter table chunks set (toast_tuple_target = 8160)');
    this.addSql('alter table documents add column lexeme_count int not null default 0');
    this.addSql(`
      update documents d set lexeme_count = c.terms
      from (select document_id, sum(lexeme_count)::int as terms from chunks group by document_id) c
      where c.document_id = d.id`);
  }
}
