import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { JobQueue } from '#common/jobs';
import { Lookout } from '#common/time';
import { ScheduleCalendar } from './schedule-calendar.js';
import { declaredScheduleNames, scheduleNamed } from './schedule-declaration.js';
import { type DueSchedule, SchedulesRepository } from './schedules.repository.js';

const EVERY_MS = 5_000;
const BATCH = 50;

/**
 * Enqueues the jobs of schedules that have come round, each once however many processes look. Times that passed while
 * nobody looked come once, late.
 */
@Injectable()
export class ScheduleTicker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(ScheduleTicker.name);
  #ticking: Promise<void> = Promise.resolve();
  readonly #lookout = new Lookout({
    everyMs: EVERY_MS,
    look: () => (this.#ticking = this.tick()),
    onFailure: (error) => {
      this.#logger.error({ err: error }, 'Cannot look for schedules that are due; going on trying');
    },
  });

  constructor(
    private readonly repository: SchedulesRepository,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  onApplicationBootstrap(): void {
    this.#lookout.open();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#lookout.close();
    await this.#ticking.catch(() => undefined);
  }

  /** Enqueues all that is due. The job's row and the next time are one transaction. */
  async tick(): Promise<void> {
    let taken: number;
    do {
      taken = await this.unitOfWork.run(async () => {
        const due = await this.repository.lockDue(declaredScheduleNames(), BATCH);
        for (const schedule of due) await this.#fire(schedule);
        return due.length;
      });
    } while (taken === BATCH);
  }

  async #fire(due: DueSchedule): Promise<void> {
    const { workspaceId, payload } = due;
    const declaration = scheduleNamed(due.kind);
    if (!declaration) return;
    await this.repository.advance(due, this.#nextOf(due));
    await this.jobs.add(declaration.job, payload, { workspaceId });
  }

  /** A time zone may be renamed by an update of the machine; that one schedule then stops, and the others go on. */
  #nextOf(due: DueSchedule): Date | null {
    try {
      return new ScheduleCalendar(due).next(due.now);
    } catch (error) {
      this.#logger.error({ err: error, scheduleId: due.id }, 'A schedule cannot be read any more; it stops');
      return null;
    }
  }
}
