import { Injectable } from '@nestjs/common';
import { currentCall, Operations } from '#common/telemetry';
import type { JobOrigin } from './job.types.js';

/** Tells where a job is being asked for, so that its logs and traces lead back there. */
@Injectable()
export class JobOrigins {
  constructor(private readonly operations: Operations) {}

  current(): JobOrigin {
    return { requestId: currentCall().requestId ?? null, traceParent: this.operations.traceParent() };
  }
}
