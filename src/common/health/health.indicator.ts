/** Tells whether one dependency works. Provide it under `HEALTH_INDICATORS`. */
export interface HealthIndicator {
  /** How the dependency is named in the answer, for example `database`. */
  readonly name: string;
  /** Requests are served without it, only not everything that they ask for is done at once. */
  readonly isDispensable?: boolean;
  /** Resolves when it works. @throws anything when it does not. */
  check(): Promise<void>;
}
