/** Names of the IANA database alone: the database knows others, with offsets the other way round. */
const NAME = /^(?:UTC|[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z0-9_+-]+){1,2})$/;

const known = new Set<string>(['UTC', ...Intl.supportedValuesOf('timeZone')]);

/** Whether it is a time zone that both this process and the database know. */
export function isTimeZone(name: string): boolean {
  return NAME.test(name) && known.has(name);
}
