import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Actor } from '#common/access';
import { newId, type Tenancy } from '#common/database';
import type { ApiKeysService } from './api-keys.service.js';
import { LiveActors } from './live-actors.js';
import type { SessionsService } from './sessions.service.js';

class FakeList {
  readonly ended = new Set<string>();
  readonly asked: string[][] = [];
  isAway = false;

  listLive(ids: readonly string[]): Promise<string[]> {
    this.asked.push([...ids]);
    return this.isAway
      ? Promise.reject(new Error('away'))
      : Promise.resolve(ids.filter((id) => !this.ended.has(id)));
  }
}

const tenancy = { runUnbound: <T>(work: () => Promise<T>) => work() } as unknown as Tenancy;

function person(sessionId: string): Actor {
  return { kind: 'user', id: newId(), userId: newId(), workspaceId: newId(), role: 'viewer', sessionId };
}

function key(id: string): Actor {
  return { kind: 'apiKey', id, userId: newId(), workspaceId: newId(), role: 'viewer' };
}

describe('LiveActors', () => {
  let sessions: FakeList;
  let apiKeys: FakeList;
  let actors: LiveActors;

  const looks = async (count: number): Promise<void> => {
    for (let look = 0; look < count; look += 1) {
      jest.advanceTimersByTime(2_000);
      await sleep(1);
    }
  };

  beforeEach(() => {
    jest.useFakeTimers();
    sessions = new FakeList();
    apiKeys = new FakeList();
    actors = new LiveActors(
      sessions as unknown as SessionsService,
      apiKeys as unknown as ApiKeysService,
      tenancy,
    );
  });
  afterEach(() => {
    actors.onModuleDestroy();
    jest.useRealTimers();
  });

  it('asks for all of them at once, each once, however many streams they have open', async () => {
    const people = Array.from({ length: 100 }, () => person(newId()));
    for (const one of [...people, ...people]) actors.watch(one, () => undefined);
    const robot = key(newId());
    actors.watch(robot, () => undefined);

    await looks(1);

    expect(sessions.asked).toEqual([people.map(({ sessionId }) => sessionId)]);
    expect(apiKeys.asked).toEqual([[robot.id]]);
  });

  it('tells every stream of one whose session or key has ended, and no other', async () => {
    const told: string[] = [];
    const [gone, staying, revoked] = [newId(), newId(), newId()];
    actors.watch(person(gone), () => told.push('first stream'));
    actors.watch(person(gone), () => told.push('second stream'));
    actors.watch(person(staying), () => told.push('somebody else'));
    actors.watch(key(revoked), () => told.push('the key'));
    await looks(2);
    expect(told).toEqual([]);

    sessions.ended.add(gone);
    apiKeys.ended.add(revoked);
    await looks(1);

    expect(told.sort()).toEqual(['first stream', 'second stream', 'the key']);
  });

  it('asks for nobody whose streams are closed', async () => {
    const id = newId();
    const [leaveFirst, leaveSecond] = [1, 2].map(() => actors.watch(person(id), () => undefined));

    leaveFirst?.();
    await looks(1);
    leaveSecond?.();
    await looks(3);

    expect(sessions.asked).toEqual([[id]]);
  });

  it('takes a database that is away for no answer', async () => {
    const told: string[] = [];
    const id = newId();
    actors.watch(person(id), () => told.push('ended'));
    sessions.isAway = true;
    await looks(3);
    expect(told).toEqual([]);

    sessions.isAway = false;
    sessions.ended.add(id);
    await looks(1);

    expect(told).toEqual(['ended']);
  });
});
