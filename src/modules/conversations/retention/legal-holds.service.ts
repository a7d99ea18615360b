import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { ConversationNotFound } from '../conversations.errors.js';
import { ConversationsRepository } from '../conversations.repository.js';

/** Which conversations have to be kept. */
@Injectable()
export class LegalHoldsService {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly abilities: Abilities,
  ) {}

  /** @throws ConversationNotFound */
  async place(actor: Actor, id: string): Promise<void> {
    await this.#set(actor, id, true);
  }

  /** @throws ConversationNotFound */
  async lift(actor: Actor, id: string): Promise<void> {
    await this.#set(actor, id, false);
  }

  async #set(actor: Actor, id: string, isHeld: boolean): Promise<void> {
    const visible = this.abilities.visibleTo(actor, 'hold', 'Conversation');
    if (!(await this.repository.hold(visible, id, isHeld))) throw new ConversationNotFound();
  }
}
