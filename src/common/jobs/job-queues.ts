/** The queues and how many of their jobs one process runs at once: a full queue never holds up another. */
export const JOB_QUEUES = {
  ingest: { concurrency: 2 },
  insights: { concurrency: 1 },
  export: { concurrency: 2 },
  imports: { concurrency: 1 },
  delivery: { concurrency: 10 },
  maintenance: { concurrency: 1 },
} as const satisfies Readonly<Record<string, { readonly concurrency: number }>>;

export type JobQueueName = keyof typeof JOB_QUEUES;

export const JOB_QUEUE_NAMES = Object.keys(JOB_QUEUES) as readonly JobQueueName[];
