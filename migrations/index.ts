import { Migration20261123200000_create_foundation } from './Migration20261123200000_create_foundation.js';
import { Migration20261124061500_trace_jobs } from './Migration20261124061500_trace_jobs.js';
import { Migration20261124082500_page_conversations } from './Migration20261124082500_page_conversations.js';
import { Migration20261124150000_lighten_search } from './Migration20261124150000_lighten_search.js';
import { Migration20261124160000_providers } from './Migration20261124160000_providers.js';
import { Migration20261124163000_feedback_of_conversations } from './Migration20261124163000_feedback_of_conversations.js';
import { Migration20261124170000_choose_chat_api } from './Migration20261124170000_choose_chat_api.js';
import { Migration20261124170500_ledger_of_embeddings } from './Migration20261124170500_ledger_of_embeddings.js';
import { Migration20261124171000_abandoned_calls } from './Migration20261124171000_abandoned_calls.js';
import { Migration20261124171500_bot_slugs } from './Migration20261124171500_bot_slugs.js';
import { Migration20261124172000_tables } from './Migration20261124172000_tables.js';
import { Migration20261124173000_files_and_texts } from './Migration20261124173000_files_and_texts.js';
import { Migration20261124174000_sites } from './Migration20261124174000_sites.js';
import { Migration20261124174500_table_sources } from './Migration20261124174500_table_sources.js';
import { Migration20261124176000_choose_embeddings } from './Migration20261124176000_choose_embeddings.js';
import { Migration20261124175000_imports_forms_hooks } from './Migration20261124175000_imports_forms_hooks.js';
import { Migration20261126140000_search_and_inbox } from './Migration20261126140000_search_and_inbox.js';
import { Migration20261126090000_schedules } from './Migration20261126090000_schedules.js';
import { Migration20261126140100_qa_sources } from './Migration20261126140100_qa_sources.js';
import { Migration20261126140200_inbox } from './Migration20261126140200_inbox.js';
import { Migration20261126100000_keys_of_tables } from './Migration20261126100000_keys_of_tables.js';
import { Migration20261126110000_linked_tables } from './Migration20261126110000_linked_tables.js';
import { Migration20261126120000_progress_of_jobs } from './Migration20261126120000_progress_of_jobs.js';
import { Migration20261126120100_render_pages } from './Migration20261126120100_render_pages.js';
import { Migration20261126130000_tune_sources } from './Migration20261126130000_tune_sources.js';
import { Migration20261126150000_bound_messages } from './Migration20261126150000_bound_messages.js';
import { Migration20261126150100_check_bound_of_messages } from './Migration20261126150100_check_bound_of_messages.js';
import { Migration20261126150200_partition_messages } from './Migration20261126150200_partition_messages.js';
import { Migration20261126150300_check_references_to_messages } from './Migration20261126150300_check_references_to_messages.js';
import { Migration20261126150400_privacy } from './Migration20261126150400_privacy.js';
import { Migration20261126150500_holds_and_erasures } from './Migration20261126150500_holds_and_erasures.js';
import { Migration20261126150600_conversation_imports } from './Migration20261126150600_conversation_imports.js';
import { Migration20261126160000_audit_log } from './Migration20261126160000_audit_log.js';
import { Migration20261126160100_changes_by_transaction } from './Migration20261126160100_changes_by_transaction.js';
import { Migration20261126160200_exports } from './Migration20261126160200_exports.js';
import { Migration20261126170000_insights } from './Migration20261126170000_insights.js';
import { Migration20261126171000_find_handovers } from './Migration20261126171000_find_handovers.js';
import { Migration20261126174000_calls_by_id } from './Migration20261126174000_calls_by_id.js';
import { Migration20261126180000_vector_indexes } from './Migration20261126180000_vector_indexes.js';
import { Migration20261126190000_report_subscriptions } from './Migration20261126190000_report_subscriptions.js';
import { Migration20261126190100_told_topics } from './Migration20261126190100_told_topics.js';
import { Migration20261126190200_insight_settings } from './Migration20261126190200_insight_settings.js';
import { Migration20261126191000_ledger_of_rerankers } from './Migration20261126191000_ledger_of_rerankers.js';
import { Migration20261126195000_export_schedules } from './Migration20261126195000_export_schedules.js';
import { Migration20261127030000_imported_authors } from './Migration20261127030000_imported_authors.js';
import { Migration20261127031000_told_areas } from './Migration20261127031000_told_areas.js';
import { Migration20261127032000_bot_privacy_defaults } from './Migration20261127032000_bot_privacy_defaults.js';
import { Migration20261127050000_blocks_of_time } from './Migration20261127050000_blocks_of_time.js';
import { Migration20261127060000_larger_samples } from './Migration20261127060000_larger_samples.js';
import { Migration20261127170000_imported_notes } from './Migration20261127170000_imported_notes.js';
import { Migration20261127171000_changes_beside_conversations } from './Migration20261127171000_changes_beside_conversations.js';
import { Migration20261128010000_insights_read_changes } from './Migration20261128010000_insights_read_changes.js';
import { Migration20261128060000_fewer_indexes } from './Migration20261128060000_fewer_indexes.js';

/** Every migration, oldest first. The same ones run on PGlite and on Postgres. */
export const migrations = [
  {
    name: 'Migration20261123200000_create_foundation',
    class: Migration20261123200000_create_foundation,
  },
  {
    name: 'Migration20261124061500_trace_jobs',
    class: Migration20261124061500_trace_jobs,
  },
  {
    name: 'Migration20261124082500_page_conversations',
    class: Migration20261124082500_page_conversations,
  },
  {
    name: 'Migration20261124150000_lighten_search',
    class: Migration20261124150000_lighten_search,
  },
  {
    name: 'Migration20261124160000_providers',
    class: Migration20261124160000_providers,
  },
  {
    name: 'Migration20261124163000_feedback_of_conversations',
    class: Migration20261124163000_feedback_of_conversations,
  },
  {
    name: 'Migration20261124170000_choose_chat_api',
    class: Migration20261124170000_choose_chat_api,
  },
  {
    name: 'Migration20261124170500_ledger_of_embeddings',
    class: Migration20261124170500_ledger_of_embeddings,
  },
  {
    name: 'Migration20261124171000_abandoned_calls',
    class: Migration20261124171000_abandoned_calls,
  },
  {
    name: 'Migration20261124171500_bot_slugs',
    class: Migration20261124171500_bot_slugs,
  },
  {
    name: 'Migration20261124172000_tables',
    class: Migration20261124172000_tables,
  },
  {
    name: 'Migration20261124173000_files_and_texts',
    class: Migration20261124173000_files_and_texts,
  },
  {
    name: 'Migration20261124174000_sites',
    class: Migration20261124174000_sites,
  },
  {
    name: 'Migration20261124174500_table_sources',
    class: Migration20261124174500_table_sources,
  },
  {
    name: 'Migration20261124176000_choose_embeddings',
    class: Migration20261124176000_choose_embeddings,
  },
  {
    name: 'Migration20261124175000_imports_forms_hooks',
    class: Migration20261124175000_imports_forms_hooks,
  },
  {
    name: 'Migration20261126090000_schedules',
    class: Migration20261126090000_schedules,
  },
  {
    name: 'Migration20261126100000_keys_of_tables',
    class: Migration20261126100000_keys_of_tables,
  },
  {
    name: 'Migration20261126110000_linked_tables',
    class: Migration20261126110000_linked_tables,
  },
  {
    name: 'Migration20261126120000_progress_of_jobs',
    class: Migration20261126120000_progress_of_jobs,
  },
  {
    name: 'Migration20261126120100_render_pages',
    class: Migration20261126120100_render_pages,
  },
  {
    name: 'Migration20261126130000_tune_sources',
    class: Migration20261126130000_tune_sources,
  },
  {
    name: 'Migration20261126140000_search_and_inbox',
    class: Migration20261126140000_search_and_inbox,
  },
  {
    name: 'Migration20261126140100_qa_sources',
    class: Migration20261126140100_qa_sources,
  },
  {
    name: 'Migration20261126140200_inbox',
    class: Migration20261126140200_inbox,
  },
  {
    name: 'Migration20261126150000_bound_messages',
    class: Migration20261126150000_bound_messages,
  },
  {
    name: 'Migration20261126150100_check_bound_of_messages',
    class: Migration20261126150100_check_bound_of_messages,
  },
  {
    name: 'Migration20261126150200_partition_messages',
    class: Migration20261126150200_partition_messages,
  },
  {
    name: 'Migration20261126150300_check_references_to_messages',
    class: Migration20261126150300_check_references_to_messages,
  },
  {
    name: 'Migration20261126150400_privacy',
    class: Migration20261126150400_privacy,
  },
  {
    name: 'Migration20261126150500_holds_and_erasures',
    class: Migration20261126150500_holds_and_erasures,
  },
  {
    name: 'Migration20261126150600_conversation_imports',
    class: Migration20261126150600_conversation_imports,
  },
  {
    name: 'Migration20261126160000_audit_log',
    class: Migration20261126160000_audit_log,
  },
  {
    name: 'Migration20261126160100_changes_by_transaction',
    class: Migration20261126160100_changes_by_transaction,
  },
  {
    name: 'Migration20261126160200_exports',
    class: Migration20261126160200_exports,
  },
  {
    name: 'Migration20261126170000_insights',
    class: Migration20261126170000_insights,
  },
  {
    name: 'Migration20261126171000_find_handovers',
    class: Migration20261126171000_find_handovers,
  },
  {
    name: 'Migration20261126174000_calls_by_id',
    class: Migration20261126174000_calls_by_id,
  },
  {
    name: 'Migration20261126180000_vector_indexes',
    class: Migration20261126180000_vector_indexes,
  },
  {
    name: 'Migration20261126190000_report_subscriptions',
    class: Migration20261126190000_report_subscriptions,
  },
  {
    name: 'Migration20261126190100_told_topics',
    class: Migration20261126190100_told_topics,
  },
  {
    name: 'Migration20261126190200_insight_settings',
    class: Migration20261126190200_insight_settings,
  },
  {
    name: 'Migration20261126191000_ledger_of_rerankers',
    class: Migration20261126191000_ledger_of_rerankers,
  },
  {
    name: 'Migration20261126195000_export_schedules',
    class: Migration20261126195000_export_schedules,
  },
  {
    name: 'Migration20261127030000_imported_authors',
    class: Migration20261127030000_imported_authors,
  },
  {
    name: 'Migration20261127031000_told_areas',
    class: Migration20261127031000_told_areas,
  },
  {
    name: 'Migration20261127032000_bot_privacy_defaults',
    class: Migration20261127032000_bot_privacy_defaults,
  },
  {
    name: 'Migration20261127050000_blocks_of_time',
    class: Migration20261127050000_blocks_of_time,
  },
  {
    name: 'Migration20261127060000_larger_samples',
    class: Migration20261127060000_larger_samples,
  },
  {
    name: 'Migration20261127170000_imported_notes',
    class: Migration20261127170000_imported_notes,
  },
  {
    name: 'Migration20261127171000_changes_beside_conversations',
    class: Migration20261127171000_changes_beside_conversations,
  },
  {
    name: 'Migration20261128010000_insights_read_changes',
    class: Migration20261128010000_insights_read_changes,
  },
  {
    name: 'Migration20261128060000_fewer_indexes',
    class: Migration20261128060000_fewer_indexes,
  },
];
