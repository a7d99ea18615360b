/**
 * ECharts wants colours that it can read; what is shown are variables, so that a page can be light or dark. Each role has a
 * colour here that nothing else has, and is replaced by its variable once the picture is drawn.
 */
export const PALETTE = {
  ink: '#010203',
  soft: '#010204',
  line: '#010205',
  main: '#010206',
  good: '#010207',
  card: '#010208',
} as const;

const SHOWN: Record<keyof typeof PALETTE, string> = {
  ink: '#1a1c1f',
  soft: '#54585f',
  line: '#d5d8de',
  main: '#3b6fe0',
  good: '#0f7b4f',
  card: '#ffffff',
};

/** Puts the variables in place of the colours. */
export function withVariables(svg: string): string {
  return (Object.keys(PALETTE) as (keyof typeof PALETTE)[]).reduce(
    (text, role) => text.replaceAll(PALETTE[role], `var(--${role}, ${SHOWN[role]})`),
    svg,
  );
}
