import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** An entry of an archive, as far as it is written. JSON. */
export interface ZipEntry {
  readonly name: string;
  /** Where its header stands in the archive. */
  readonly offset: number;
  readonly crc: number;
  readonly bytes: number;
  readonly packedBytes: number;
}

/** Sizes stand after the content, where they are known. */
const SIZES_FOLLOW = 0x0008;
const NAME_IS_UTF8 = 0x0800;
const DEFLATED = 8;
const VERSION = 20;
/** 1 January 1980: the first day that archives know. Files that hold the same are then the same. */
const NO_DATE = 0x0021;
/** The end of a stream of blocks, none of which was the last. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

export function beginEntry(name: string, offset: number): { entry: ZipEntry; bytes: Buffer } {
  const encoded = Buffer.from(name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(SIZES_FOLLOW | NAME_IS_UTF8, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(NO_DATE, 12);
  header.writeUInt16LE(encoded.length, 26);
  return {
    entry: { name, offset, crc: 0, bytes: 0, packedBytes: 0 },
    bytes: Buffer.concat([header, encoded]),
  };
}

/** More of the content of an entry. Blocks end with it, so that more can follow without knowing what it was. */
export async function addContent(
  entry: ZipEntry,
  content: Uint8Array,
): Promise<{ entry: ZipEntry; bytes: Buffer }> {
  const packed = await deflate(content, { finishFlush: constants.Z_FULL_FLUSH });
  return {
    entry: {
      ...entry,
      crc: crc32(content, entry.crc),
      bytes: entry.bytes + content.length,
      packedBytes: entry.packedBytes + packed.length,
    },
    bytes: packed,
  };
}

export function endEntry(entry: ZipEntry): { entry: ZipEntry; bytes: Buffer } {
  const ended = { ...entry, packedBytes: entry.packedBytes + LAST_BLOCK.length };
  const sizes = Buffer.alloc(16);
  sizes.writeUInt32LE(0x08074b50, 0);
  sizes.writeUInt32LE(ended.crc, 4);
  sizes.writeUInt32LE(ended.packedBytes, 8);
  sizes.writeUInt32LE(ended.bytes, 12);
  return { entry: ended, bytes: Buffer.concat([LAST_BLOCK, sizes]) };
}

/** The directory with which an archive ends. */
export function directoryOf(entries: readonly ZipEntry[], offset: number): Buffer {
  const records = entries.map(({ name, offset: at, crc, bytes, packedBytes }) => {
    const encoded = Buffer.from(name);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(VERSION, 4);
    record.writeUInt16LE(VERSION, 6);
    record.writeUInt16LE(SIZES_FOLLOW | NAME_IS_UTF8, 8);
    record.writeUInt16LE(DEFLATED, 10);
    record.writeUInt16LE(NO_DATE, 14);
    record.writeUInt32LE(crc, 16);
    record.writeUInt32LE(packedBytes, 20);
    record.writeUInt32LE(bytes, 24);
    record.writeUInt16LE(encoded.length, 28);
    record.writeUInt32LE(at, 42);
    return Buffer.concat([record, encoded]);
  });
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([directory, end]);
}
