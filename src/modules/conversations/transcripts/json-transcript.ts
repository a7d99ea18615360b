import type {
  TeamFacts,
  TranscriptHead,
  TranscriptMessage,
  TranscriptNote,
  TranscriptWriter,
} from './transcript.types.js';

const NOTES = '\n],"notes":[';

/** A conversation as one JSON value; see `TranscriptResponse`. */
export class JsonTranscript implements TranscriptWriter {
  readonly mediaType = 'application/json; charset=utf-8';
  readonly extension = 'json';
  readonly notesStand = 'below';
  #isForTeam = false;
  #hasNotes = false;

  head({ conversation, botName, view }: TranscriptHead): string {
    this.#isForTeam = view === 'team';
    const { id, botId, channel, externalUserId, createdAt, status } = conversation;
    const about = { id, botId, botName, createdAt };
    const team = { channel, externalUserId, status };
    const shown = { view, conversation: this.#isForTeam ? { ...about, ...team } : about };
    return `${JSON.stringify(shown).slice(0, -1)},"messages":[`;
  }

  message({ team, ...message }: TranscriptMessage, isFirst: boolean): string {
    const shown = team ? { ...message, ...shownOf(team) } : message;
    return `${isFirst ? '' : ','}\n${JSON.stringify(shown)}`;
  }

  note({ id, content, authorId, importedAuthor, createdAt }: TranscriptNote): string {
    const before = this.#hasNotes ? ',' : NOTES;
    this.#hasNotes = true;
    return `${before}\n${JSON.stringify({ id, content, authorId, importedAuthor, createdAt })}`;
  }

  tail(): string {
    return `${this.#isForTeam && !this.#hasNotes ? NOTES : ''}\n]}\n`;
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
