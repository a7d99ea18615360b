import { Parser } from 'htmlparser2';

/** The texts of a short XML document, by the paths of their elements: `ListBucketResult/Contents/Key`. */
export class XmlTexts {
  readonly #texts = new Map<string, string[]>();

  constructor(xml: string) {
    const open: string[] = [];
    let text = '';
    const parser = new Parser(
      {
        onopentag: (name) => {
          open.push(name);
          text = '';
        },
        ontext: (more) => {
          text += more;
        },
        onclosetag: () => {
          const path = open.join('/');
          this.#texts.set(path, [...(this.#texts.get(path) ?? []), text]);
          open.pop();
          text = '';
        },
      },
      { xmlMode: true, decodeEntities: true },
    );
    parser.end(xml);
  }

  all(path: string): readonly string[] {
    return this.#texts.get(path) ?? [];
  }

  one(path: string): string | undefined {
    return this.#texts.get(path)?.[0];
  }
}
