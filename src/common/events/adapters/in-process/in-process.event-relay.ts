import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Tenancy } from '#common/database';
import type { EventDeclaration } from '../../event-declaration.js';
import type { OutboxEvent } from '../../outbox-event.js';
import { EventRelay } from '../../ports/event-relay.port.js';
import { type Subscriber, SUBSCRIBES } from '../../subscribes.decorator.js';

/** Brings events to the `@Subscribes` methods of this process, one after the other. */
@Injectable()
export class InProcessEventRelay extends EventRelay implements OnApplicationBootstrap {
  readonly #subscribers = new Map<string, Subscriber<object>[]>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly tenancy: Tenancy,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    const instances = new Set(this.discovery.getProviders().map(({ instance }) => instance as unknown));
    instances.forEach((instance) => {
      if (instance !== null && typeof instance === 'object') this.#subscribe(instance);
    });
  }

  async relay(event: OutboxEvent): Promise<void> {
    for (const subscriber of this.#subscribers.get(event.type) ?? []) {
      await this.tenancy.run(event.workspaceId, () => subscriber(event.payload, event));
    }
  }

  #subscribe(instance: object): void {
    const prototype = Object.getPrototypeOf(instance) as object | null;
    if (!prototype) return;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const method = Reflect.get(prototype, name) as Subscriber<object>;
      const declaration = this.reflector.get<EventDeclaration | undefined>(SUBSCRIBES, method);
      if (!declaration) continue;
      const others = this.#subscribers.get(declaration.name) ?? [];
      this.#subscribers.set(declaration.name, [...others, method.bind(instance)]);
    }
  }
}
