import { defineJob } from '#common/jobs';

/** Forgets a person. Safe to repeat; its payload does not say whom. */
export const eraseVisitor = defineJob<{ erasureId: string }>({
  queue: 'maintenance',
  name: 'visitor.erase',
  attempts: 8,
  backoffMs: 5_000,
  key: ({ erasureId }) => erasureId,
});
