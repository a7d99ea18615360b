import { Injectable } from '@nestjs/common';
import type { BotPrivacy } from './privacy.types.js';
import { PersonalDataFinder } from './ports/personal-data-finder.port.js';

/** Texts without what tells of a person; `[email]` stands where an address stood. */
@Injectable()
export class Redaction {
  constructor(private readonly finder: PersonalDataFinder) {}

  /** Whether it is worth while to ask how the bot wants it; quick. */
  mayHold(text: string): boolean {
    return this.finder.mayHold(text);
  }

  async text(text: string, { redact: kinds, phoneRegion }: BotPrivacy): Promise<string> {
    if (kinds.length === 0 || !this.finder.mayHold(text)) return text;
    const findings = await this.finder.find(text, { kinds, phoneRegion });
    const parts: string[] = [];
    let from = 0;
    for (const { kind, start, end } of findings) {
      parts.push(text.slice(from, start), `[${kind}]`);
      from = end;
    }
    return parts.join('') + text.slice(from);
  }

  /** All texts within a JSON value, and numbers that are something else in truth; names of fields stay. */
  async json<Value>(value: Value, privacy: BotPrivacy): Promise<Value> {
    return privacy.redact.length === 0 ? value : ((await this.#json(value, privacy)) as Value);
  }

  async #json(value: unknown, privacy: BotPrivacy): Promise<unknown> {
    if (typeof value === 'string') return this.text(value, privacy);
    if (typeof value === 'number') {
      const written = String(value);
      const redacted = await this.text(written, privacy);
      return redacted === written ? value : redacted;
    }
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(await this.#json(item, privacy));
      return items;
    }
    if (value === null || typeof value !== 'object') return value;
    const entries: [string, unknown][] = [];
    for (const [name, item] of Object.entries(value)) entries.push([name, await this.#json(item, privacy)]);
    return Object.fromEntries(entries);
  }
}
