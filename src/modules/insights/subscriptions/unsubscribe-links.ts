import { Injectable } from '@nestjs/common';
import { SecurityConfig, ServerConfig } from '#config';
import { IdSignatures } from '#common/crypto';

const CONTEXT = 'unsubscribe';

/** Links by which whoever gets a letter ends it, without signing in. */
@Injectable()
export class UnsubscribeLinks {
  readonly #signatures: IdSignatures;
  readonly #base: string;

  constructor({ jwtSecret }: SecurityConfig, { publicUrl, host, port }: ServerConfig) {
    this.#signatures = new IdSignatures(jwtSecret, 'report-subscriptions');
    this.#base = (publicUrl ?? `http://${host}:${String(port)}`).replace(/\/+$/, '');
  }

  urlOf(subscriptionId: string): string {
    return `${this.#base}/unsubscribe/${this.#signatures.tokenOf(subscriptionId, CONTEXT)}`;
  }

  /** The id of the subscription, or null when the text is no token of ours. */
  subscriptionIn(token: string): string | null {
    return this.#signatures.idIn(token, CONTEXT);
  }
}
