import { Injectable } from '@nestjs/common';
import { SecretBox } from '#common/crypto';
import type { ExportSchedule } from './export-schedule.types.js';
import { ExportSchedulesRepository } from './export-schedules.repository.js';

/** What proves to a webhook that it is told by us, or opens a bucket: sealed, and opened for deliveries only. */
@Injectable()
export class ExportScheduleSecrets {
  constructor(
    private readonly repository: ExportSchedulesRepository,
    private readonly box: SecretBox,
  ) {}

  seal(scheduleId: string, secret: string): string {
    return this.box.seal(secret, contextOf(scheduleId));
  }

  open({ id, sealed }: Pick<ExportSchedule, 'id' | 'sealed'>): string {
    return this.box.open(sealed, contextOf(id));
  }

  /** Seals every secret with the current key. Safe to run beside live processes, and twice. @returns how many were not. */
  async rotate(): Promise<number> {
    const all = await this.repository.secrets();
    const old = all.filter(({ sealed }) => sealed.split('.')[1] !== this.box.keyId);
    for (const one of old) await this.repository.reseal(one, this.seal(one.id, this.open(one)));
    return old.length;
  }
}

function contextOf(scheduleId: string): string {
  return `export_schedules/${scheduleId}`;
}
