import { Migration } from '@mikro-orm/migrations';

/** Workspaces choose the model that they embed with, and questions keep what their answers are to be like. */
export class Migration20261124176000_choose_embeddings extends Migration {
  override up(): void {
    this.addSql(
      'alter table provider_credentials add constraint provider_credentials_workspace_id_unique unique (workspace_id, id)',
    );
    this.addSql('drop index provider_credentials_workspace');
    this.addSql('alter table messages add column wishes json null');
    // What is chosen, and what still serves while a change is under way. A credential that is needed for it stays.
    this.addSql(`
      create table embedding_models (
        workspace_id uuid not null references workspaces on delete cascade,
        id text not null,
        provider text not null,
        name text not null,
        credential_id uuid null,
        dimensions int not null,
        is_shortened boolean not null,
        created_at timestamptz(3) not null,
        primary key (workspace_id, id),
        constraint embedding_models_credential_fk foreign key (workspace_id, credential_id)
          references provider_credentials (workspace_id, id),
        constraint embedding_models_dimensions_kept check (dimensions between 1 and 4096)
      )`);
    this.addSql(
      'create index embedding_models_credential on embedding_models (workspace_id, credential_id) where credential_id is not null',
    );
    this.addSql(`
      alter table embedding_spaces
        add column chosen_model text null,
        add constraint embedding_spaces_chosen_fk foreign key (workspace_id, chosen_model)
          references embedding_models (workspace_id, id)`);
  }
}
