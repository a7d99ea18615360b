/**
 * Owns what is to happen at set times: the rows, the calendar and the looking for what is due.
 * Does not own what then happens: a schedule enqueues a job that its module declares and handles.
 * Announces nothing.
 */
export { ScheduleDto } from './dto/schedule.dto.js';
export { ScheduleResponse } from './dto/schedule.response.js';
export { MIN_MINUTES_BETWEEN, ScheduleCalendar } from './schedule-calendar.js';
export { defineSchedule, type ScheduleDeclaration } from './schedule-declaration.js';
export { ScheduleTicker } from './schedule-ticker.js';
export { RepeatsTooOften, UnknownTimezone, UnreadableSchedule } from './schedules.errors.js';
export { SchedulesModule, type SchedulesModuleOptions } from './schedules.module.js';
export { SchedulesService } from './schedules.service.js';
export type { ScheduleSubject, ScheduleTimes, ScheduleView } from './schedules.types.js';
