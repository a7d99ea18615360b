import { defineHistogram, defineOperation, type Operations, type Run } from '#common/telemetry';
import type { Conversation } from './entities/conversation.entity.js';
import type { TurnEvent } from './messages.types.js';

const turn = defineOperation({
  name: 'turn',
  help: 'Turns by provider and outcome: complete, aborted, error, or the code of what kept one from starting.',
  labels: { provider: 'provider' },
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120],
});

const firstToken = defineHistogram({
  name: 'colloquy_turn_first_token_seconds',
  help: 'From the question to the first word of the answer, by provider.',
  labels: ['provider'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
});

/** The same events, watched. */
export function observedTurn(
  operations: Operations,
  { id, botId }: Conversation,
  events: () => AsyncIterable<TurnEvent>,
): AsyncIterable<TurnEvent> {
  const facts = { 'bot.id': botId, 'conversation.id': id, provider: 'none' };
  return operations.stream(turn, facts, events, note);
}

function note(event: TurnEvent, run: Run): void {
  if (event.type !== 'completed' && event.type !== 'failed') return;
  const { status, model, answered, firstTokenMs } = event.answer.message;
  run.note({
    ...(model ? { provider: model.provider, model: model.name } : {}),
    answered: answered ?? false,
  });
  if (firstTokenMs !== null) run.observe(firstToken, firstTokenMs / 1_000);
  run.endAs(status, event.type === 'failed' ? event.error.code : undefined);
}
