import { Injectable } from '@nestjs/common';
import { type BotPrivacy, privacyOf } from './privacy.types.js';
import type { ConversationDraft, EarlierMessage, FeedbackDraft, ToolUse } from '../conversations.types.js';
import { MessageCitation } from '../entities/message-citation.entity.js';
import type { CitationRecord, NoteRecord } from '../conversation-record.js';
import type { ImportedConversation, ImportedMessage } from '../imports/conversation-import.types.js';
import { PrivacyRepository } from './privacy.repository.js';
import { RecentTalk } from './recent-talk.js';
import { Redaction } from './redaction.js';

/** The parts of an answer that may tell of somebody. */
export interface SaidParts {
  readonly content: string;
  readonly citations: readonly MessageCitation[];
  readonly toolUses: readonly ToolUse[];
}

/** What of all that is said is written down, as the bot's privacy wants it (docs/adr/0030). */
@Injectable()
export class WhatIsKept {
  constructor(
    private readonly redaction: Redaction,
    private readonly recentTalk: RecentTalk,
    private readonly repository: PrivacyRepository,
  ) {}

  /** What a new conversation says of itself. */
  async draft(draft: ConversationDraft, given: BotPrivacy): Promise<ConversationDraft> {
    const privacy = privacyOf(given);
    const { channel, metadata } = draft;
    if (privacy.storage === 'none') return channel === undefined ? {} : { channel };
    if (metadata === undefined || privacy.redact.length === 0) return draft;
    return { ...draft, metadata: await this.redaction.json(metadata, privacy) };
  }

  /**
   * A question before its turn begins. How the bot wants it is read only where it makes a difference; whether any text
   * is kept, the statement decides that keeps it.
   */
  async question(workspaceId: string, conversationId: string, content: string): Promise<string> {
    if (!this.redaction.mayHold(content)) return content;
    return this.redaction.text(content, await this.repository.ofConversation(workspaceId, conversationId));
  }

  /** Whether what is said in a conversation can be read there. */
  async isTextKept(workspaceId: string, conversationId: string): Promise<boolean> {
    return (await this.repository.ofConversation(workspaceId, conversationId)).storage === 'full';
  }

  async answer(said: SaidParts, privacy: BotPrivacy): Promise<SaidParts> {
    if (privacy.storage !== 'full') return withoutText(said);
    if (privacy.redact.length === 0) return said;
    const content = await this.redaction.text(said.content, privacy);
    const citations: MessageCitation[] = [];
    for (const citation of said.citations) {
      const title = await this.redaction.text(citation.title, privacy);
      citations.push(copyOf(citation, { title, quote: await this.redaction.text(citation.quote, privacy) }));
    }
    return { content, citations, toolUses: await this.redaction.json(said.toolUses, privacy) };
  }

  async feedback(workspaceId: string, conversationId: string, draft: FeedbackDraft): Promise<FeedbackDraft> {
    if (draft.comment === undefined) return draft;
    const privacy = await this.repository.ofConversation(workspaceId, conversationId);
    const { comment, ...rest } = draft;
    if (privacy.storage !== 'full') return rest;
    return { ...draft, comment: await this.redaction.text(comment, privacy) };
  }

  /** A conversation of another installation. */
  async imported(conversation: ImportedConversation, privacy: BotPrivacy): Promise<ImportedConversation> {
    if (privacy.storage === 'full' && privacy.redact.length === 0) return conversation;
    const messages: ImportedMessage[] = [];
    for (const message of conversation.messages) messages.push(await this.#imported(message, privacy));
    const metadata = await this.redaction.json(conversation.metadata ?? {}, privacy);
    const notes: NoteRecord[] = [];
    for (const note of conversation.notes ?? [])
      notes.push({ ...note, content: await this.redaction.text(note.content, privacy) });
    return { ...conversation, metadata, notes, messages };
  }

  async #imported(message: ImportedMessage, privacy: BotPrivacy): Promise<ImportedMessage> {
    const { citations = [], feedback = null, correction = null, tool = null } = message;
    if (privacy.storage !== 'full')
      return {
        ...{ ...message, content: '', wishes: null, tool: tool && withoutTexts(tool) },
        citations: citations.map((citation) => ({ ...citation, quote: '' })),
        feedback: feedback && { ...feedback, comment: null },
        correction: correction && { ...correction, question: '' },
      };
    return {
      ...message,
      content: await this.redaction.text(message.content, privacy),
      tool: await this.redaction.json(tool, privacy),
      citations: await this.#importedCitations(citations, privacy),
      feedback: feedback && {
        ...feedback,
        comment: feedback.comment && (await this.redaction.text(feedback.comment, privacy)),
      },
      correction: correction && {
        ...correction,
        question: await this.redaction.text(correction.question, privacy),
        content: await this.redaction.text(correction.content, privacy),
      },
    };
  }

  /** What tells of somebody; ids and places stay. */
  async #importedCitations(
    citations: readonly CitationRecord[],
    privacy: BotPrivacy,
  ): Promise<readonly CitationRecord[]> {
    const kept: CitationRecord[] = [];
    for (const citation of citations)
      kept.push({
        ...citation,
        title: await this.redaction.text(citation.title, privacy),
        url: citation.url && (await this.redaction.text(citation.url, privacy)),
        quote: await this.redaction.text(citation.quote, privacy),
      });
    return kept;
  }

  /** What was said before, where no text is kept. */
  recall(conversationId: string): readonly EarlierMessage[] {
    return this.recentTalk.recall(conversationId);
  }

  remember(conversationId: string, question: string, answer: string): void {
    this.recentTalk.add(
      conversationId,
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    );
  }
}

function withoutText({ citations, toolUses }: SaidParts): SaidParts {
  return {
    content: '',
    citations: citations.map((citation) => copyOf(citation, { quote: '' })),
    toolUses: toolUses.map(withoutTexts),
  };
}

function withoutTexts(use: ToolUse): ToolUse {
  return { ...use, arguments: {}, content: '', error: use.error && 'failed' };
}

function copyOf(citation: MessageCitation, changes: { title?: string; quote: string }): MessageCitation {
  return Object.assign(Object.create(MessageCitation.prototype) as MessageCitation, citation, changes);
}
