/** One request whose whole answer is wanted in memory: a page, a document, a webhook delivery. */
export interface OutboundRequest {
  readonly url: string;
  /** `GET` unless said otherwise. */
  readonly method?: string;
  /** Headers of the connection itself (`host`, `connection`, ...) and of metadata services are refused. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything together: look-up, connection, redirects, headers and body. 15 seconds unless said otherwise. */
  readonly timeoutMs?: number;
  /** Largest body, counted after decompression. 10 MB unless said otherwise. */
  readonly maxBytes?: number;
  /**
   * Content types (`text/html`, `text/*`) that are taken from a successful answer; others are refused unread.
   * An answer without a type passes, and so does a failed one: its status says more than its type.
   */
  readonly contentTypes?: readonly string[];
  /** `manual` hands a redirect back as the answer. `follow` unless said otherwise, five times at most. */
  readonly redirect?: 'follow' | 'manual';
  /** When aborted, the promise rejects with the signal's reason and the connection is closed. */
  readonly signal?: AbortSignal;
}

export interface OutboundResponse {
  /** Where the answer came from, after redirects and without a fragment. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case; repeated headers are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `content-type` header as sent, with its parameters. */
  readonly contentType: string | null;
  /** Decompressed. */
  readonly body: Buffer;
  /** How many redirects were followed. */
  readonly redirects: number;
}

/** How `asFetch` treats slow, large and private servers. */
export interface OutboundFetchOptions {
  /** From the call to the last header, redirects included. */
  readonly headersTimeoutMs: number;
  /** Longest silence between two chunks of the body. */
  readonly idleTimeoutMs: number;
  /** Largest body, counted after decompression. 50 MB unless said otherwise. */
  readonly maxBytes?: number;
  /** `host:port` pairs that this function alone may reach although they are private, see `hostAndPort`. */
  readonly extraAllow?: readonly string[];
}
