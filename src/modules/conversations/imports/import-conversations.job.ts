import { defineJob } from '#common/jobs';

/** Reads conversations from a file. Goes on where it was when it is repeated. */
export const importConversations = defineJob<{ importId: string }>({
  queue: 'imports',
  name: 'conversations.import',
  attempts: 5,
  backoffMs: 2_000,
  key: ({ importId }) => importId,
});
