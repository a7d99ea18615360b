import { Injectable } from '@nestjs/common';
import { EventOutbox } from '#common/events';
import { bestQuote } from '#common/text';
import { type CallPurpose, Ledger } from '#modules/providers';
import { citedClaims } from '../citation-filter.js';
import { TurnInterrupted } from '../conversations.errors.js';
import { messageAnswered } from '../conversations.events.js';
import type { AnswerFacts, Message } from '../entities/message.entity.js';
import { MessageCitation } from '../entities/message-citation.entity.js';
import { textsIn } from '../json-texts.js';
import type { MessageView } from '../messages.types.js';
import { type AnswerDraft, quotedPart } from './answer-draft.js';
import { type Asked, msSince } from './asked.js';
import { traceOf } from './trace-of.js';

/** Writes down what was answered, with its citations, what it cost and how it came about. */
@Injectable()
export class KeepAnswer {
  constructor(
    private readonly outbox: EventOutbox,
    private readonly ledger: Ledger,
  ) {}

  /** @throws TurnInterrupted where another process took the turn for abandoned. */
  async execute(
    asked: Asked,
    draft: AnswerDraft,
    status: Message['status'],
    error?: AnswerFacts['error'],
  ): Promise<MessageView> {
    const { turn, answerId: id } = asked;
    const { workspaceId, conversationId } = turn.question;
    const citations = this.#citationsOf(asked, draft);
    const answered = status !== 'error' && isSupported(asked, draft, citations);
    const purpose = this.#purposeOf(asked);
    const keeping = turn.finish({
      ...{ id, status, citations, content: draft.text, toolUses: draft.toolUses },
      ledger: this.ledger.entry(purpose, [...draft.embeddings, ...draft.calls]),
      facts: { ...this.#factsOf(asked, draft), trace: traceOf(draft), answered, ...(error ? { error } : {}) },
      announcement: this.outbox.publication(
        messageAnswered,
        { messageId: id, conversationId, botId: turn.botId, status, answered },
        { workspaceId, from: 'answer' },
      ),
    });
    const answer = await keeping.catch(async (error: unknown) => {
      if (error instanceof TurnInterrupted) await this.ledger.withdrawAbandoned(workspaceId, id);
      throw error;
    });
    this.outbox.published();
    return { message: answer, citations, feedback: null };
  }

  #factsOf({ startedAt }: Asked, draft: AnswerDraft): AnswerFacts {
    const { model, usage, costUsd, firstTokenMs, historyTruncated, finishReason, calls } = draft;
    const attempts = calls.flatMap(({ provider, name, code, outcome }) =>
      outcome === 'failed' && code !== null ? [{ provider, name, code }] : [],
    );
    return {
      ...{ latencyMs: msSince(startedAt), attempts, historyTruncated },
      ...(model ? { model: { provider: model.provider, name: model.name } } : {}),
      ...(usage ?? {}),
      ...(finishReason ? { finishReason } : {}),
      ...(usage && costUsd !== null ? { costUsd } : {}),
      ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    };
  }

  /** Whom the calls of this answer are counted for. */
  #purposeOf({ actor, turn, answerId: messageId }: Asked): CallPurpose {
    const { workspaceId, conversationId } = turn.question;
    const apiKeyId = actor.kind === 'apiKey' ? actor.id : null;
    return { workspaceId, conversationId, messageId, botId: turn.botId, userId: actor.userId, apiKeyId };
  }

  /** Only sources that were found can be cited; the filter has let through no other number. */
  #citationsOf({ turn, answerId: messageId, wishes }: Asked, draft: AnswerDraft): MessageCitation[] {
    const { workspaceId } = turn.question;
    const said = wishes.answerSchema ? textsIn(draft.text) : draft.text;
    return citedClaims(said).flatMap(({ index, claim }) => {
      const hit = draft.sources[index - 1];
      if (!hit) return [];
      const { documentId, datasourceId, title, url, rowId, text } = hit;
      const quote = bestQuote(claim, text);
      const { chunkId, location } = quotedPart(hit, quote);
      const source = { chunkId, documentId, datasourceId, title, location, rowId, ...(url ? { url } : {}) };
      return [new MessageCitation({ workspaceId, messageId, index, ...source, quote })];
    });
  }
}

/** An answer leans on what it cites; a form may have no place for citations. */
function isSupported(
  { wishes }: Asked,
  { supported }: AnswerDraft,
  citations: readonly MessageCitation[],
): boolean {
  return citations.length > 0 || (supported && wishes.answerSchema !== undefined);
}
