import { defineJob } from '#common/jobs';

/** Gives every passage of a workspace a vector of the current embedding model, then lets that model serve. */
export const reembedWorkspace = defineJob<{ model: string }>({
  queue: 'ingest',
  name: 'embeddings.rebuild',
  attempts: 5,
  backoffMs: 5_000,
  standstillMs: 600_000,
  key: ({ model }) => model,
});
