import { defineOperation } from '#common/telemetry';

/** One try at one model, until its answer has ended. */
export const providerCall = defineOperation({
  name: 'provider_call',
  help: 'Calls of models by kind (chat, embedding), provider, model and outcome: ok, aborted or the code of the failure.',
  labels: { kind: 'kind', provider: 'provider', model: 'model.label' },
  buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120],
  kind: 'client',
  resource: (facts) => `${String(facts['kind'])} ${String(facts['provider'])}`,
});
