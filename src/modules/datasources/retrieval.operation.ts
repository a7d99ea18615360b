import { defineOperation } from '#common/telemetry';

/** One search in a bot's sources. */
export const retrieval = defineOperation({
  name: 'retrieval',
  help: 'Searches in the sources of a bot, by outcome: ok or the code of the failure.',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});
