import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { newId, Sql, Tenancy, UnitOfWork, WORKSPACE_FILTER } from '#common/database';
import {
  defineEvent,
  EventOutbox,
  EventsModule,
  EventsWorkerModule,
  OutboxDispatcher,
  type OutboxEvent,
  Subscribes,
} from '#common/events';
import { NO_TELEMETRY, TelemetryModule } from '#common/telemetry';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

interface Called {
  readonly name: string;
}

const bellRung = defineEvent<Called>('bell.rung');

@Injectable()
class Listener {
  readonly heard: string[] = [];
  hear: (event: OutboxEvent<Called>) => Promise<void> = () => Promise.resolve();

  @Subscribes(bellRung)
  async onBellRung({ name }: Called, event: OutboxEvent<Called>): Promise<void> {
    await this.hear(event);
    this.heard.push(name);
  }
}

describeOnEachDatabase('The outbox', (target) => {
  let db: TestDatabase;
  let workspaceId: string;
  let processes: INestApplicationContext[];

  beforeAll(async () => {
    db = await createTestDatabase({ target });
  });
  beforeEach(async () => {
    await db.truncate();
    processes = [];
    workspaceId = newId();
    await db.sql.acrossWorkspaces(
      'test',
      `insert into workspaces (id, name, created_at) values (?, 'Acme', now())`,
      [workspaceId],
    );
  });
  afterEach(() => Promise.all(processes.map((process) => process.close())));
  afterAll(() => db.close());

  const start = async (role: 'publishes' | 'dispatches'): Promise<INestApplicationContext> => {
    const values = [
      { provide: Sql, useValue: db.sql },
      { provide: Tenancy, useValue: db.tenancy },
      { provide: UnitOfWork, useValue: db.unitOfWork },
    ];
    class Surroundings {}
    class Process {}
    Module({})(Surroundings);
    Module({
      imports: [
        { module: Surroundings, global: true, providers: values, exports: [Sql, Tenancy, UnitOfWork] },
        TelemetryModule.with(NO_TELEMETRY),
        EventsModule,
        ...(role === 'dispatches' ? [EventsWorkerModule.with({ pollMs: 30, backoffMs: 10 })] : []),
      ],
      providers: [Listener],
    })(Process);
    const app = await NestFactory.createApplicationContext(Process, { logger: false });
    processes.push(app);
    return app;
  };
  const publish = (app: INestApplicationContext, name: string) =>
    app.get(EventOutbox).publish(bellRung, { name }, { workspaceId });
  const countWaiting = async (): Promise<number> => {
    const [row] = await db.sql.acrossWorkspaces<{ n: number }>(
      'test',
      'select count(*)::int as n from outbox where dispatched_at is null',
    );
    return row?.n ?? 0;
  };
  const allOut = () => eventually(countWaiting, (waiting) => waiting === 0);

  it('brings events to their subscribers, in order', async () => {
    const app = await start('dispatches');
    const names = Array.from({ length: 50 }, (_, n) => String(n));

    await db.unitOfWork.run(async () => {
      for (const name of names) await publish(app, name);
    });

    await allOut();
    expect(app.get(Listener).heard).toEqual(names);
  });

  it('says nothing of what was rolled back', async () => {
    const app = await start('dispatches');

    const failing = db.unitOfWork.run(async () => {
      await publish(app, 'never');
      throw new Error('no');
    });

    await expect(failing).rejects.toThrow('no');
    await sleep(100);
    expect(app.get(Listener).heard).toEqual([]);
  });

  it('brings an event again until its subscriber takes it, and the others meanwhile', async () => {
    const app = await start('dispatches');
    const attempts: number[] = [];
    app.get(Listener).hear = async ({ attempt, payload }) => {
      if (payload.name !== 'difficult') return Promise.resolve();
      attempts.push(attempt);
      if (attempt < 3) throw new Error('not now');
      return Promise.resolve();
    };

    await publish(app, 'difficult');
    await publish(app, 'easy');

    await allOut();
    expect(attempts).toEqual([1, 2, 3]);
    expect(app.get(Listener).heard).toEqual(['easy', 'difficult']);
  });

  it('brings out what a process published that has died since', async () => {
    const dying = await start('publishes');
    await publish(dying, 'last words');

    const app = await start('dispatches');

    await allOut();
    expect(app.get(Listener).heard).toEqual(['last words']);
  });

  it('gives each event to one of several processes', async () => {
    const publishing = await start('publishes');
    const names = Array.from({ length: 60 }, (_, n) => String(n));
    for (const name of names) await publish(publishing, name);

    const apps = await Promise.all([start('dispatches'), start('dispatches')]);

    await allOut();
    const heard = apps.flatMap((app) => app.get(Listener).heard);
    expect(heard.sort()).toEqual(names.sort());
  });

  it('binds subscribers to the workspace of the event', async () => {
    const app = await start('dispatches');
    let bound: unknown;
    app.get(Listener).hear = () => {
      bound = db.em.getFilterParams(WORKSPACE_FILTER);
      return Promise.resolve();
    };

    await publish(app, 'where');

    await allOut();
    expect(bound).toEqual({ workspaceId });
  });

  it('forgets events a day after they went out', async () => {
    const app = await start('dispatches');
    await publish(app, 'old');
    await publish(app, 'new');
    await allOut();
    await db.sql.acrossWorkspaces(
      'test',
      `update outbox set dispatched_at = now() - interval '25 hours' where payload->>'name' = 'old'`,
    );

    await app.get(OutboxDispatcher).purge();

    const left = await db.sql.acrossWorkspaces<{ name: string }>(
      'test',
      `select payload->>'name' as name from outbox`,
    );
    expect(left).toEqual([{ name: 'new' }]);
  });
});
