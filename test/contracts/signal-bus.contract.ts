import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { QueueConfig } from '#config';
import { newId } from '#common/database';
import { SignalBus, SignalsModule } from '#common/signals';
import { eventually } from '../support/eventually.js';

/** What a process has heard, and when it can hear. */
interface Listener {
  readonly ids: readonly string[];
  /** Listening begins in its own time. */
  ready(): Promise<void>;
}

/**
 * What every way to carry signals promises.
 *
 * @param processes how many of them the bus joins.
 */
export function describeSignalBus(name: string, processes: number, queueOf: () => QueueConfig): void {
  describe(name, () => {
    let apps: INestApplicationContext[];

    beforeEach(async () => {
      const queue = queueOf();
      apps = await Promise.all(
        Array.from({ length: processes }, async () => {
          const module = await Test.createTestingModule({ imports: [SignalsModule.with(queue)] }).compile();
          return module.init();
        }),
      );
    });
    afterEach(() => Promise.all(apps.map((app) => app.close())));

    const busOf = (app: INestApplicationContext): SignalBus => app.get(SignalBus);
    const listen = (bus: SignalBus, signal: string): Listener => {
      const heard: string[] = [];
      bus.on(signal, (id) => heard.push(id));
      const isProbe = (id: string): boolean => id.startsWith('probe');
      return {
        get ids() {
          return heard.filter((id) => !isProbe(id));
        },
        ready: async () => {
          await eventually(
            () => {
              bus.send({ name: signal, id: 'probe' });
              return heard.some(isProbe);
            },
            (isHeard) => isHeard,
          );
        },
      };
    };

    it('tells every process, the sender too, once and in order', async () => {
      const listeners = apps.map((app) => listen(busOf(app), 'turn.stopped'));
      await Promise.all(listeners.map((listener) => listener.ready()));
      const ids = Array.from({ length: 50 }, () => newId());

      ids.forEach((id) => apps.slice(-1).forEach((app) => busOf(app).send({ name: 'turn.stopped', id })));

      await eventually(
        () => listeners.map((listener) => listener.ids.length),
        (lengths) => lengths.every((length) => length >= ids.length),
      );
      listeners.forEach((listener) => {
        expect(listener.ids).toEqual(ids);
      });
    });

    it('tells nobody who listens to something else', async () => {
      const [app] = apps;
      if (!app) throw new Error('There is no process.');
      const bus = busOf(app);
      const [stops, others] = [listen(bus, 'turn.stopped'), listen(bus, 'turn')];
      await Promise.all([stops.ready(), others.ready()]);

      bus.send({ name: 'turn.stopped', id: 'a' });
      bus.send({ name: 'turn', id: 'b' });

      await eventually(
        () => others.ids,
        ({ length }) => length > 0,
      );
      expect([stops.ids, others.ids]).toEqual([['a'], ['b']]);
    });

    it('does not let those who listen fail who sends', async () => {
      const [app] = apps;
      if (!app) throw new Error('There is no process.');
      const bus = busOf(app);
      const listener = listen(bus, 'turn.stopped');
      await listener.ready();

      const sent = (): void => {
        bus.send({ name: 'nobody.listens', id: 'x' });
        bus.send({ name: 'turn.stopped', id: '' });
      };

      expect(sent).not.toThrow();
      // A listener is called in a later turn: the sender is done by then.
      expect(listener.ids).toEqual([]);
      await eventually(
        () => listener.ids,
        ({ length }) => length > 0,
      );
    });
  });
}
