import { readFileSync } from 'node:fs';
import type { ResolvedAddress } from '../../../src/common/http/outbound/index.js';

/** A redirect chain: the URL to start from and what each request is answered. */
export interface RedirectChain {
  readonly id: string;
  readonly start: string;
  readonly hops: readonly (readonly [status: number, location: string])[];
}

/** A name and what the resolver says to its first, second, ... query; the last answer repeats. */
export interface SimulatedName {
  readonly name: string;
  readonly answers: readonly (readonly ResolvedAddress[])[];
}

export const urlsToRefuse: readonly string[] = linesOf('refuse.txt');
export const escapedUrlsToRefuse = linesOf('refuse_escaped.txt').map((line) => JSON.parse(line) as string);
export const urlsNeverInternal: readonly string[] = linesOf('never_internal.txt');
export const urlsToAllow: readonly string[] = linesOf('allow.txt');
export const redirectChains = linesOf('redirects.jsonl').map((line) => JSON.parse(line) as RedirectChain);
export const simulatedNames = linesOf('dns_names.tsv').slice(1).map(readName);

function linesOf(file: string): string[] {
  const text = readFileSync(new URL(`../../fixtures/outbound/${file}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function readName(line: string): SimulatedName {
  const [name = '', answers = ''] = line.split('\t');
  return { name, answers: answers.split(';').map(addressesIn) };
}

function addressesIn(answer: string): ResolvedAddress[] {
  return [...answer.matchAll(/\b(A|AAAA) ([0-9a-f.:]+)/g)].map(([, type, address]) => ({
    address: address ?? '',
    family: type === 'AAAA' ? 6 : 4,
  }));
}
