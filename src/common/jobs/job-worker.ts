import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ServerConfig } from '#config';
import { JobHandlers } from './job-handlers.js';
import { JobRunner } from './job-runner.js';
import { JobSweeper } from './job-sweeper.js';
import { JobCarrier } from './ports/job-carrier.port.js';

/**
 * Starts and stops background work with its process.
 *
 * It stops before the shutdown hooks proper, in which the database closes: what jobs use must not close earlier.
 */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #isStarted = false;

  constructor(
    private readonly handlers: JobHandlers,
    private readonly runner: JobRunner,
    private readonly sweeper: JobSweeper,
    private readonly carrier: JobCarrier,
    private readonly server: ServerConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.#collectHandlers();
    this.carrier.start((id) => this.runner.run(id));
    this.sweeper.start();
    this.#isStarted = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.#isStarted) return;
    await this.sweeper.stop();
    await this.carrier.pause();
    await this.runner.drain(this.server.drainTimeoutMs);
  }

  /** A process that refuses to start must not be held open by its connections. */
  async #collectHandlers(): Promise<void> {
    try {
      this.handlers.collect();
    } catch (error) {
      await this.carrier.close();
      throw error;
    }
  }
}
