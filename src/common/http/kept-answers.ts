import { Injectable } from '@nestjs/common';
import { SecretBox } from '#common/crypto';
import { IdempotencyRepository } from './idempotency.repository.js';

const AT_ONCE = 200;

/** What is kept of the last day's answers to calls with an `Idempotency-Key`. */
@Injectable()
export class KeptAnswers {
  constructor(
    private readonly calls: IdempotencyRepository,
    private readonly box: SecretBox,
  ) {}

  /**
   * Forgets the answers in a workspace that hold one of these texts; a repeated call does its work again then.
   * @returns how many.
   */
  async forget(workspaceId: string, mentions: readonly string[]): Promise<number> {
    let forgotten = 0;
    for (let after: { scope: string; key: string } | null = null; ;) {
      const some = await this.calls.answersIn(workspaceId, after, AT_ONCE);
      for (const { scope, key, answer } of some) {
        const plain = this.box.open(answer, scope);
        if (!mentions.some((mention) => plain.includes(mention))) continue;
        await this.calls.forget(scope, key);
        forgotten += 1;
      }
      const last = some.at(-1);
      if (!last || some.length < AT_ONCE) return forgotten;
      after = { scope: last.scope, key: last.key };
    }
  }
}
