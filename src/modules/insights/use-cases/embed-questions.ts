import { Injectable } from '@nestjs/common';
import type { JobContext } from '#common/jobs';
import { EmbeddingSpaces } from '#modules/datasources';
import { type EmbeddingChoice, EmbeddingModels, Ledger, type ModelCall } from '#modules/providers';
import { SentenceModel } from '../ports/sentence-model.port.js';
import { together } from '../questions/together.js';
import { InsightTurnsRepository } from '../turns.repository.js';

const BATCH = 64;
/** Of the whole run, of which it takes most of the time. */
const BEGINS_AT = 0.2;
const SHARE = 0.55;

/**
 * Gives questions their vectors, by the model that the workspace embeds with. Beside the built-in one, which knows words
 * alone, a model of whole sentences is asked: topics are found so much better that a job may take its time for it.
 */
@Injectable()
export class EmbedQuestions {
  constructor(
    private readonly spaces: EmbeddingSpaces,
    private readonly models: EmbeddingModels,
    private readonly sentences: SentenceModel,
    private readonly ledger: Ledger,
    private readonly repository: InsightTurnsRepository,
  ) {}

  /** What it costs is in the ledger also when it fails or is stopped. @returns how many questions it gave vectors. */
  async execute(workspaceId: string, botId: string, context: JobContext): Promise<number> {
    const { current } = await this.spaces.of(workspaceId);
    const model = current.provider === 'local' ? `${current.id}+${this.sentences.id}` : current.id;
    const calls: ModelCall[] = [];
    const known = await this.repository.countUnembedded(workspaceId, botId, model);
    let done = 0;
    try {
      for (;;) {
        const questions = await this.repository.listUnembedded(workspaceId, botId, model, BATCH);
        if (questions.length === 0) return done;
        const texts = questions.map(({ text }) => text);
        const vectors = await this.#embed(current, texts, {
          workspaceId,
          botId,
          calls,
          signal: context.signal,
        });
        const rows = questions.flatMap(({ id }, index) => {
          const vector = vectors[index];
          return vector ? [{ id, vector }] : [];
        });
        await this.repository.saveVectors(workspaceId, model, rows);
        done += rows.length;
        context.throwIfCancelled();
        const share = BEGINS_AT + SHARE * Math.min(1, done / known);
        context.progress(share, 'embedding', { done, known, unit: 'questions' });
      }
    } finally {
      await this.ledger.write({ workspaceId, botId }, calls);
    }
  }

  async #embed(
    choice: EmbeddingChoice,
    texts: readonly string[],
    {
      workspaceId,
      botId,
      calls,
      signal,
    }: { workspaceId: string; botId: string; calls: ModelCall[]; signal: AbortSignal },
  ): Promise<Float32Array[]> {
    const onCall = (call: ModelCall): number => calls.push(call);
    const words = await this.models.embed(choice, texts, { workspaceId, botId, signal, onCall });
    if (choice.provider !== 'local') return words;
    const sentences = await this.sentences.embed(texts, signal);
    return words.map((vector, index) => together(sentences[index] ?? new Float32Array(), vector));
  }
}
