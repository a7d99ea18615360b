/** Endings that name no public host: special-use names (RFC 6761, 6762, 8375) and usual names of inner networks. */
const localEndings = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
];

/** Metadata services under public endings. Their addresses are refused as well; this only says so earlier. */
const metadataNames: ReadonlySet<string> = new Set([
  'metadata.goog',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'metadata.tencentyun.com',
]);

/** Whether a host name (lower case, without a trailing dot) can be told to be local without looking it up. */
export function isLocalName(name: string): boolean {
  return (
    !name.includes('.') ||
    metadataNames.has(name) ||
    localEndings.some((ending) => name.endsWith(`.${ending}`))
  );
}
