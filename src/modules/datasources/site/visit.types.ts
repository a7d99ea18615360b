import type { DocumentVersion } from '../entities/document.entity.js';
import type { PageSurvey } from '../ports/page-extractor.port.js';
import type { WaitingPage } from './frontier.repository.js';

/** What is known of a page from before. */
export interface KnownDocument extends Partial<DocumentVersion> {
  readonly id: string;
  readonly url: string;
  readonly contentHash: string;
  readonly indexVersion: number;
}

/** What a server said when it was asked for a page. */
export type Finding =
  | { readonly kind: 'unmodified'; readonly status: number }
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string }
  | {
      readonly kind: 'page';
      readonly status: number;
      readonly version: DocumentVersion;
      readonly survey: PageSurvey;
      /** The `X-Robots-Tag` header. */
      readonly robotsTag: string;
    }
  | { readonly kind: 'disallowed' }
  | { readonly kind: 'failure'; readonly error: unknown };

/** One attempt to read a page. */
export interface Visit {
  readonly page: WaitingPage;
  readonly known: KnownDocument | undefined;
  readonly finding: Finding;
  readonly durationMs: number;
}
