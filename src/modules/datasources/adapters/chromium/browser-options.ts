import type { BrowserContextOptions, LaunchOptions } from 'playwright-core';

/** How a page may use up the machine. */
export interface RenderLimits {
  /** For one page, from its turn on. */
  readonly timeoutMs: number;
  /** How long a page that never comes to rest is waited for. */
  readonly settleMs: number;
  readonly maxRequests: number;
  /** Of all that the page asks for, after decompression. */
  readonly maxBytes: number;
  /** Of the document that comes out of it, in characters. */
  readonly maxCharacters: number;
  /** Of the process that runs the page. */
  readonly maxMemoryMb: number;
  /** After so many pages a new browser begins. */
  readonly pagesABrowser: number;
  /** How long an idle browser stays. */
  readonly idleMs: number;
}

export const DEFAULT_RENDER_LIMITS: RenderLimits = {
  timeoutMs: 20_000,
  settleMs: 6_000,
  maxRequests: 120,
  maxBytes: 20_000_000,
  maxCharacters: 5_000_000,
  maxMemoryMb: 600,
  pagesABrowser: 50,
  idleMs: 30_000,
};

/** Where the browser is, and whether its sandbox is to be had. */
export interface BrowserPlace {
  readonly executablePath: string;
  readonly hasSandbox: boolean;
}

/**
 * What a page asks for is intercepted and answered by the outbound client. Should anything get past that (a worker, a
 * socket, a prefetch), it meets a proxy that does not exist, and names that nobody looks up: the browser itself reaches
 * nothing, loopback included.
 */
const NO_WAY_OUT = [
  '--proxy-server=http://nowhere.invalid:1',
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--dns-prefetch-disable',
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
];

/** It shows one page and does nothing by itself. */
const QUIET = [
  '--disable-gpu',
  '--no-first-run',
  '--no-pings',
  '--disable-sync',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-dev-shm-usage',
  '--mute-audio',
  '--js-flags=--max-old-space-size=256',
];

export function launchOptions(
  { executablePath, hasSandbox }: BrowserPlace,
  timeoutMs: number,
): LaunchOptions {
  return {
    executablePath,
    chromiumSandbox: hasSandbox,
    args: [...NO_WAY_OUT, ...QUIET],
    headless: true,
    timeout: timeoutMs,
    // The process stops jobs in its own order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
}

export const CONTEXT_OPTIONS: BrowserContextOptions = {
  acceptDownloads: false,
  serviceWorkers: 'block',
  permissions: [],
  viewport: { width: 1_280, height: 2_000 },
};

/** Ways out that are no requests. Runs before all scripts, in every frame. */
export const SHUT_IN = `
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'SharedWorker', 'EventSource']) {
    Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
  }
`;
