/** Where the file of a part is kept. */
export function fileKey(partId: string): string {
  return `exports/${partId}`;
}
