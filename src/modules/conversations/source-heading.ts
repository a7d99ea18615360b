/** The headings above a passage, but for one that is the title. */
export function headingOf(title: string, headingPath: readonly string[] = []): { heading?: string } {
  const heading = headingPath.filter((one) => one !== title).join(' > ');
  return heading === '' ? {} : { heading };
}
