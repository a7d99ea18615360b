import { NestFactory } from '@nestjs/core';
import { Tenancy } from '#common/database';
import { ExportScheduleSecrets, ExportSecretsModule } from '#modules/export';
import { ProvidersModule, KeyRotationService } from '#modules/providers';
import { ConnectionsService, HooksService, TablesModule } from '#modules/tables';
import { PlatformModule } from './platform.module.js';
import { prepareDatabase, prepareProcess, runProcess, tell } from './process.js';

/** Seals every stored secret with the current key. Safe to run beside live processes, and twice. */
async function rotateKeys(): Promise<void> {
  const config = await prepareProcess();
  const platform = await PlatformModule.with({ config, runsJobs: false });
  const wiring = {
    ...platform,
    imports: [...(platform.imports ?? []), ProvidersModule, TablesModule, ExportSecretsModule],
  };
  const app = await NestFactory.createApplicationContext(wiring, { logger: ['error'] });
  try {
    await prepareDatabase(app, config);
    const done = await app
      .get(Tenancy)
      .runUnbound(
        async () =>
          (await app.get(KeyRotationService).rotate()) +
          (await app.get(HooksService).rotate()) +
          (await app.get(ConnectionsService).rotate()) +
          (await app.get(ExportScheduleSecrets).rotate()),
      );
    tell(done === 0 ? 'Every secret is sealed with the current key.' : `Sealed ${done} secret(s) anew.`);
  } finally {
    await app.close();
  }
}

runProcess(rotateKeys);
