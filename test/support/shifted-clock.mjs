/**
 * Moves the wall clock of a process, preloaded with `node --import`: by `CLOCK_OFFSET_MS` from the start, and by
 * `CLOCK_STEP_MS` more at each SIGUSR2. What is measured without a calendar (timers, `performance`) goes on as before,
 * as it does when the clock of a machine is set.
 */
const RealDate = Date;
let offsetMs = Number(process.env['CLOCK_OFFSET_MS'] ?? 0);
const now = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

process.on('SIGUSR2', () => {
  offsetMs += Number(process.env['CLOCK_STEP_MS'] ?? 0);
});
