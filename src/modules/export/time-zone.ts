/** Whether there is such a time zone, by its IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z][\w+\-/]*$/.test(name) && Boolean(new Intl.DateTimeFormat('en-US', { timeZone: name }));
  } catch {
    return false;
  }
}
