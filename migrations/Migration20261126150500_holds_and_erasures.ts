import { Migration } from '@mikro-orm/migrations';

/** What is held cannot be deleted by any way, and people can be erased. */
export class Migration20261126150500_holds_and_erasures extends Migration {
  override up(): void {
    // Here and not in the code: conversations are deleted one by one, in bulk, by age and with their bot.
    this.addSql(`
      create function history.keep_held_conversation() returns trigger language plpgsql as $$
      begin
        if old.legal_hold or exists (
          select 1 from public.bots b
          where b.workspace_id = old.workspace_id and b.id = old.bot_id and (b.privacy ->> 'legalHold')::boolean
        ) then
          raise exception 'new row violates check constraint "conversations_held"'
            using errcode = '23514', constraint = 'conversations_held';
        end if;
        return old;
      end $$`);
    this.addSql(`
      create trigger conversations_held before delete on conversations
      for each row execute function history.keep_held_conversation()`);
    this.addSql(`
      create function history.keep_held_bot() returns trigger language plpgsql as $$
      begin
        raise exception 'new row violates check constraint "bots_held"'
          using errcode = '23514', constraint = 'bots_held';
      end $$`);
    this.addSql(`
      create trigger bots_held before delete on bots
      for each row when ((old.privacy ->> 'legalHold')::boolean) execute function history.keep_held_bot()`);
    this.addSql(`
      create table erasures (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        subject_hash text not null,
        sealed_subject text null,
        requested_by_id uuid not null,
        requested_by_user_id uuid null,
        job_id uuid null,
        removed jsonb not null default '{}',
        created_at timestamptz(3) not null,
        finished_at timestamptz(3) null,
        constraint erasures_workspace_id_unique unique (workspace_id, id),
        constraint erasures_forget_their_subject check (finished_at is null or sealed_subject is null)
      )`);
    this.addSql('create index erasures_workspace on erasures (workspace_id, id)');
  }
}
