const MOST_CHARACTERS = 80;
const TERMS_OF_A_NAME = 3;

/** A name made of the terms that set a topic apart, for when nobody gives it a better one. */
export function nameOf(terms: readonly string[], example: string | undefined): string {
  const name = terms.slice(0, TERMS_OF_A_NAME).join(', ') || (example ?? '');
  const [first = '', ...rest] = name.slice(0, MOST_CHARACTERS);
  return (first.toUpperCase() + rest.join('')).trim() || '?';
}
