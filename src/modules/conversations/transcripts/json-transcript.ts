import type { TeamFacts, TranscriptHead, TranscriptMessage, TranscriptWriter } from './transcript.types.js';

/** A conversation as one JSON value; see `TranscriptResponse`. */
export class JsonTranscript implements TranscriptWriter {
  readonly mediaType = 'application/json; charset=utf-8';
  readonly extension = 'json';

  head({ conversation, botName, view }: TranscriptHead): string {
    const { id, botId, channel, externalUserId, createdAt, status } = conversation;
    const about = { id, botId, botName, createdAt };
    const team = { channel, externalUserId, status };
    const shown = { view, conversation: view === 'team' ? { ...about, ...team } : about };
    return `${JSON.stringify(shown).slice(0, -1)},"messages":[`;
  }

  message({ team, ...message }: TranscriptMessage, isFirst: boolean): string {
    const shown = team ? { ...message, ...shownOf(team) } : message;
    return `${isFirst ? '' : ','}\n${JSON.stringify(shown)}`;
  }

  tail(): string {
    return '\n]}\n';
  }
}

function shownOf({ tool, trace, ...facts }: TeamFacts): object {
  return { ...facts, tool: tool && toolOf(tool), trace: trace && traceOf(trace) };
}

function toolOf({ name, arguments: args, durationMs, error }: NonNullable<TeamFacts['tool']>): object {
  return { name, arguments: args, durationMs, error };
}

function traceOf({ found, ...trace }: NonNullable<TeamFacts['trace']>): object {
  const passages = found.map(([chunkId, documentId, datasourceId, score]) => ({
    ...{ chunkId, documentId, datasourceId, score },
  }));
  return { ...trace, found: passages };
}
