import { DomainError, NotFound } from '#common/errors';
import { MAX_SCHEDULES } from './export-schedule.types.js';

export class ExportScheduleNotFound extends NotFound {
  constructor() {
    super('The export schedule');
  }
}

export class TooManyExportSchedules extends DomainError {
  static readonly code = 'exports.too_many_schedules';
  static readonly kind = 'conflict';
  constructor() {
    super(TooManyExportSchedules, `A workspace has ${String(MAX_SCHEDULES)} export schedules at most.`);
  }
}

/** Whoever the schedule runs as is no member any more, or the key has ended. */
export class ScheduleRunnerGone extends DomainError {
  static readonly code = 'exports.schedule_runner_gone';
  static readonly kind = 'conflict';
  constructor() {
    super(
      ScheduleRunnerGone,
      'Whoever made or changed the schedule last can act here no more. Change it once to make it yours.',
    );
  }
}

/** A later run has taken its place. */
export class ScheduleRunOutdated extends DomainError {
  static readonly code = 'exports.schedule_run_outdated';
  static readonly kind = 'conflict';
  constructor() {
    super(
      ScheduleRunOutdated,
      'The schedule has run again, or was changed, since. What this run would have delivered comes with a later one.',
    );
  }
}
