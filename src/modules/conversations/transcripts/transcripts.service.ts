import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { BotsService } from '#modules/bots';
import { ConversationNotFound } from '../conversations.errors.js';
import { ConversationsRepository } from '../conversations.repository.js';
import { HtmlTranscript } from './html-transcript.js';
import { JsonTranscript } from './json-transcript.js';
import { MarkdownTranscript } from './markdown-transcript.js';
import type {
  TranscriptFormat,
  TranscriptHead,
  TranscriptMessage,
  TranscriptNote,
  TranscriptWish,
  TranscriptWriter,
} from './transcript.types.js';
import { TranscriptsRepository } from './transcripts.repository.js';

/** A transcript that is written while it is read. */
export interface Transcript {
  readonly mediaType: string;
  readonly fileName: string;
  readonly pieces: AsyncIterable<string>;
}

const WRITERS: Readonly<Record<TranscriptFormat, (wish: TranscriptWish) => TranscriptWriter>> = {
  markdown: (wish) => new MarkdownTranscript(wish),
  json: () => new JsonTranscript(),
  html: (wish) => new HtmlTranscript(wish),
};

/** Conversations to keep, send and print. */
@Injectable()
export class TranscriptsService {
  constructor(
    private readonly transcripts: TranscriptsRepository,
    private readonly conversations: ConversationsRepository,
    private readonly bots: BotsService,
    private readonly abilities: Abilities,
  ) {}

  /** @throws ConversationNotFound; Forbidden to who may not see what the team sees, when that is asked for */
  async open(actor: Actor, id: string, wish: TranscriptWish): Promise<Transcript> {
    const action = wish.view === 'team' ? 'inspect' : 'read';
    this.abilities.assertCan(actor, action, 'Conversation');
    const visible = this.abilities.visibleTo(actor, action, 'Conversation');
    const conversation = await this.conversations.find(visible, id);
    if (!conversation) throw new ConversationNotFound();
    const { name: botName } = await this.bots.get(actor, conversation.botId);
    const writer = WRITERS[wish.format](wish);
    return {
      mediaType: writer.mediaType,
      fileName: `conversation-${id}.${writer.extension}`,
      pieces: this.#write({ conversation, botName, ...wish }, writer),
    };
  }

  async *#write(head: TranscriptHead, writer: TranscriptWriter): AsyncGenerator<string> {
    yield writer.head(head);
    const isForTeam = head.view === 'team';
    const notes = this.transcripts.notes(head.conversation);
    let note = isForTeam ? (await notes.next()).value : undefined;
    let isFirst = true;
    for await (const messages of this.transcripts.pages(head.conversation, isForTeam)) {
      const pieces: string[] = [];
      for (const message of messages) {
        for (; isBefore(note, message, writer); note = (await notes.next()).value)
          pieces.push(writer.note(note));
        pieces.push(writer.message(message, isFirst));
        isFirst = false;
      }
      yield pieces.join('');
    }
    for (; note; note = (await notes.next()).value) yield writer.note(note);
    yield writer.tail();
  }
}

/** Whether a note is to be written before a message. */
function isBefore(
  note: TranscriptNote | undefined,
  { createdAt }: TranscriptMessage,
  { notesStand }: TranscriptWriter,
): note is TranscriptNote {
  return notesStand === 'between' && note !== undefined && note.createdAt < createdAt;
}
