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
  #stopped?: Promise<void>;

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

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** Takes no more jobs, lets those that run end up to the drain limit, and puts the rest back for other processes. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
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
