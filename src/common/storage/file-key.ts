const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const FOLDER = /^[a-z]{1,20}$/;
const KEY = new RegExp(`^(?:[a-z]{1,20}/)?(?:${ID}/){0,2}${ID}$`);
/** Of files of sources, as keys once were. */
const FORMER_KEY = new RegExp(`^${ID}/[0-9a-f]{64}-${ID}$`);
/** Where such files belong today. */
const FORMER_FOLDER = 'sources';

/** Files are named by ids, and by nothing that anybody wrote. @throws Error */
export function assertFileKey(key: string): void {
  if (!KEY.test(key) && !isFormerKey(key)) throw new Error('Only ids name files.');
}

/** @throws Error */
export function assertFolder(folder: string): void {
  if (!FOLDER.test(folder)) throw new Error('Only words name folders.');
}

/** Whether the key is one of a file that was kept before all files lay in one place. */
export function isFormerKey(key: string): boolean {
  return FORMER_KEY.test(key);
}

/** The name of a file where all lie in one place. */
export function nameOfKey(key: string): string {
  return isFormerKey(key) ? `${FORMER_FOLDER}/${key}` : key;
}

/** The key of a file by its name, or none when it is not one of ours. */
export function keyOfName(name: string): string | undefined {
  const former = name.slice(FORMER_FOLDER.length + 1);
  if (name.startsWith(`${FORMER_FOLDER}/`) && isFormerKey(former)) return former;
  return KEY.test(name) ? name : undefined;
}

/** Keys in `sources` once had a place of their own. */
export function hasFormerKeys(folder: string): boolean {
  return folder === FORMER_FOLDER;
}
