/** One block of a page's content, between the DOM it was read from and the Markdown it is printed as. */
export type Block = TextBlock | HeadingBlock | CodeBlock | ListBlock | QuoteBlock | TableBlock;

export interface TextBlock {
  readonly kind: 'text';
  /** May have several lines; none of them is empty. */
  readonly text: string;
}

export interface HeadingBlock {
  readonly kind: 'heading';
  readonly level: number;
  readonly text: string;
}

export interface CodeBlock {
  readonly kind: 'code';
  readonly language: string;
  readonly code: string;
}

export interface ListBlock {
  readonly kind: 'list';
  /** Number of the first item; without one the list has bullets. */
  readonly firstNumber?: number;
  readonly items: readonly (readonly Block[])[];
}

export interface QuoteBlock {
  readonly kind: 'quote';
  readonly blocks: readonly Block[];
}

export interface TableBlock {
  readonly kind: 'table';
  /** Empty texts where the table names no columns. As long as every row. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
