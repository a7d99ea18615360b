import { AbilityBuilder, createMongoAbility, type MongoAbility, subject as rowOf } from '@casl/ability';
import { Injectable } from '@nestjs/common';
import { Forbidden } from '#common/errors';
import type { Actor, Permission } from './actor.js';
import type { Grant, Policy, RowCondition } from './policy.js';

/** A filter on rows, as the ORM takes it. */
export interface RowFilter {
  readonly $or: readonly RowCondition[];
}

/** Actors whose abilities are kept. */
const MOST_KNOWN = 500;

/** Answers what an actor may do, from the policies of all modules. */
@Injectable()
export class Abilities {
  /** By all that an actor is, which is all that policies know: the next request of the same actor asks for the same. */
  readonly #known = new Map<string, MongoAbility>();

  constructor(private readonly policies: readonly Policy[]) {}

  /** Whether the actor may do this to at least some rows. */
  can(actor: Actor, action: string, subject: string): boolean {
    return this.#abilityOf(actor).can(action, subject);
  }

  /** @throws Forbidden unless the actor may do this to at least some rows. */
  assertCan(actor: Actor, action: string, subject: string): void {
    if (!this.can(actor, action, subject)) throw new Forbidden();
  }

  /**
   * The rows on which the actor may do this, as a filter for the repository.
   * @throws Forbidden when there can be none.
   */
  visibleTo(actor: Actor, action: string, subject: string): RowFilter {
    const conditions = this.#abilityOf(actor)
      .rulesFor(action, subject)
      .map((rule) => rule.conditions as unknown as RowCondition);
    if (conditions.length === 0) throw new Forbidden();
    return { $or: conditions };
  }

  /**
   * Whether the actor may do this to such a row; for rows that are known by what they belong to, before they are read.
   * @throws Forbidden when the actor may do it to no row at all.
   */
  reaches(actor: Actor, action: string, subject: string, row: RowCondition): boolean {
    this.assertCan(actor, action, subject);
    return this.#abilityOf(actor).can(action, rowOf(subject, { ...row }));
  }

  /** Everything the actor may do, as `action Subject`. */
  permissionsOf(actor: Actor): Permission[] {
    const permissions = this.#abilityOf(actor).rules.flatMap((rule) =>
      [rule.action].flat().map((action): Permission => `${action} ${String(rule.subject)}`),
    );
    return [...new Set(permissions)].sort();
  }

  #abilityOf(actor: Actor): MongoAbility {
    const key = JSON.stringify(actor);
    const known = this.#known.get(key);
    if (known) return known;
    const ability = this.#build(actor);
    this.#known.set(key, ability);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return ability;
  }

  #build(actor: Actor): MongoAbility {
    const builder = new AbilityBuilder<MongoAbility>(createMongoAbility);
    const can: Grant = (actions, subject, condition) => {
      // Who is bound to one table gets nothing that is not: whatever another module's policy allows.
      if (actor.tableId !== undefined && condition['tableId'] !== actor.tableId) return;
      const allowed = [actions]
        .flat()
        .filter((action) => !actor.permissions || actor.permissions.includes(`${action} ${subject}`));
      if (allowed.length > 0) builder.can([...allowed], subject, condition);
    };
    this.policies.forEach((policy) => {
      policy(actor, { can });
    });
    return builder.build();
  }
}
