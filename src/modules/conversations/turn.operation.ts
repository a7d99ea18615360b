import { defineHistogram, defineOperation, type Operations, type Run } from '#common/telemetry';
import type { AnsweringModel } from './conversations.types.js';
import type { TurnEvent } from './messages.types.js';
import type { Telling } from './run-ahead.js';

const turn = defineOperation({
  name: 'turn',
  help: 'Turns by provider and outcome: complete, aborted, error, handed_over where people answer, or the code of what kept one from starting.',
  labels: { provider: 'provider' },
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120],
});

const firstToken = defineHistogram({
  name: 'colloquy_turn_first_token_seconds',
  help: 'From the question to the first word of the answer, by provider.',
  labels: ['provider'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
});

/** The same turn, watched. */
export function observedTurn(
  operations: Operations,
  conversationId: string,
  work: Telling<TurnEvent>,
): Telling<TurnEvent> {
  const facts = { 'conversation.id': conversationId, provider: 'none' };
  return (tell) =>
    operations.run(turn, facts, (run) =>
      work((event) => {
        note(event, run);
        tell(event);
      }),
    );
}

function note(event: TurnEvent, run: Run): void {
  switch (event.type) {
    case 'delta':
    case 'tool_started':
    case 'tool_completed':
      return;
    case 'started':
      run.note({ 'bot.id': event.botId });
      return;
    case 'handed_over':
      run.note({ 'bot.id': event.botId, answered: false });
      run.endAs('handed_over');
      return;
    case 'completed': {
      const { status, model, answered, firstTokenMs } = event.answer.message;
      run.note({ ...factsOf(model), answered: answered ?? false });
      if (firstTokenMs !== null) run.observe(firstToken, firstTokenMs / 1_000);
      run.endAs(status);
      return;
    }
    case 'failed':
      run.note({ ...factsOf(event.model), answered: false });
      run.endAs('error', event.error.code);
  }
}

function factsOf(model: AnsweringModel | null): Record<string, string> {
  return model ? { provider: model.provider, model: model.name } : {};
}
