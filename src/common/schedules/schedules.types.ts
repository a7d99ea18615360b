/** When something is to happen again and again. */
export interface ScheduleTimes {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** An IANA name such as `Europe/Berlin`. */
  readonly timezone: string;
}

/** A schedule as it stands. */
export interface ScheduleView extends ScheduleTimes {
  readonly subjectId: string;
  /** Null when it comes round no more. */
  readonly nextRunAt: Date | null;
  readonly lastRunAt: Date | null;
}

/** What a schedule is of. */
export interface ScheduleSubject {
  readonly workspaceId: string;
  readonly subjectId: string;
}
