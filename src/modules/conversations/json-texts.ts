/** The texts in a JSON document, one a line: where an answer of a given form can cite. What is no JSON is one text. */
export function textsIn(json: string): string {
  const texts: string[] = [];
  try {
    JSON.parse(json, (_, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
  } catch {
    return json;
  }
  return texts.join('\n');
}
