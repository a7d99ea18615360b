import { IsBoolean, IsIn } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** What is logged and traced. */
export class LoggingConfig {
  /** Least severe level that is written; message texts appear at no level. */
  @Setting('LOG_LEVEL')
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    message: 'must be one of fatal, error, warn, info, debug, trace, silent',
  })
  level = 'info';

  /** Sends traces to a Datadog agent. */
  @Setting('DD_TRACE_ENABLED', 'boolean')
  @IsBoolean({ message: 'must be true or false' })
  traceEnabled = false;
}
