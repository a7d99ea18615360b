import { type DynamicModule, Module } from '@nestjs/common';
import { Abilities } from './abilities.js';
import type { Policy } from './policy.js';

/** Every actor may see itself. */
const ownPolicy: Policy = (actor, { can }) => {
  can('be', 'Actor', { id: actor.id });
};

/** Holds the policies of all modules. */
@Module({})
export class AccessModule {
  static with(policies: readonly Policy[]): DynamicModule {
    return {
      module: AccessModule,
      global: true,
      providers: [{ provide: Abilities, useValue: new Abilities([ownPolicy, ...policies]) }],
      exports: [Abilities],
    };
  }
}
