import type { TeamFacts, TranscriptHead, TranscriptMessage } from './transcript.types.js';

/** What is written over a note, so that nobody takes it for something that was said. */
export const NOTE = 'Internal note';

/** Times as the clocks of a time zone show them. */
export function clockOf(timeZone: string): (moment: Date) => string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return (moment) => format.format(moment);
}

/** Who said something, as a reader is told. */
export function speakerOf({ role, author, team }: TranscriptMessage, botName: string): string {
  if (role === 'tool') return `Tool ${team?.tool?.name ?? ''}`.trim();
  if (author === 'member') return 'Team';
  return author === 'visitor' ? 'Visitor' : botName;
}

/** How an answer ended, where that was not well. */
export function endingOf({ status, error }: TranscriptMessage): string | null {
  if (status === 'complete') return null;
  if (status === 'aborted') return 'This answer was stopped.';
  return `There is no answer: ${error?.message ?? 'something went wrong.'}`;
}

/** What the team is told besides, a sentence each. */
export function notesOf({ team }: TranscriptMessage): string[] {
  if (!team) return [];
  return [
    numbersOf(team),
    ...(team.attempts ?? []).map(
      ({ provider, name, code }) => `Asked in vain: ${provider} ${name} (${code})`,
    ),
    ...traceNotesOf(team),
    ...toolNotesOf(team),
    ...(team.rating === null
      ? []
      : [
          `Rated ${team.rating}${team.ratingReason ? ` (${team.ratingReason.replaceAll('_', ' ')})` : ''}${team.ratingComment ? `: ${team.ratingComment}` : ''}`,
        ]),
    ...(team.correction === null ? [] : [`Should have been: ${team.correction}`]),
  ].filter((note) => note !== '');
}

export function titleOf({ botName, view }: TranscriptHead): string {
  return view === 'team'
    ? `Conversation with ${botName}, as the team sees it`
    : `Conversation with ${botName}`;
}

/** What a reader is told of the conversation as a whole, a sentence each. */
export function factsOf(
  { conversation, view }: TranscriptHead,
  clock: (moment: Date) => string,
  timeZone: string,
): string[] {
  const { id, createdAt, channel, status, externalUserId } = conversation;
  return [
    `Began ${clock(createdAt)} (${timeZone})`,
    `Conversation ${id}`,
    ...(view === 'team' ? [`Channel ${channel}, ${status}`] : []),
    ...(view === 'team' && externalUserId !== null ? [`Visitor ${externalUserId}`] : []),
  ];
}

function numbersOf({ model, latencyMs, inputTokens, outputTokens, costUsd }: TeamFacts): string {
  return [
    model ? `${model.provider} ${model.name}` : '',
    latencyMs === null ? '' : `${String(latencyMs)} ms`,
    inputTokens === null || outputTokens === null
      ? ''
      : `${String(inputTokens)} tokens in, ${String(outputTokens)} out`,
    costUsd === null ? '' : `$${costUsd.toFixed(4)}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function traceNotesOf({ trace }: TeamFacts): string[] {
  if (!trace) return [];
  const { prompt, found, supported } = trace;
  const best = found.map(([, , , score]) => score.toFixed(2)).join(', ');
  return [
    `Found ${counted(found.length, 'passage')}${best ? ` with scores ${best}` : ''}; ${supported ? 'they support' : 'nothing supports'} an answer`,
    ...(prompt
      ? [`Prompt of ${counted(prompt.messages, 'message')} and ${counted(prompt.chars, 'character')}`]
      : []),
  ];
}

function counted(count: number, name: string): string {
  return `${String(count)} ${name}${count === 1 ? '' : 's'}`;
}

function toolNotesOf({ tool }: TeamFacts): string[] {
  if (!tool) return [];
  return [
    `Asked with ${JSON.stringify(tool.arguments)}, ${String(tool.durationMs)} ms`,
    ...(tool.error === null ? [] : [`Failed: ${tool.error}`]),
  ];
}
