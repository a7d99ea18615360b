import { crc32, deflateRawSync } from 'node:zlib';

/** A part of an archive, and what to lie about it. */
export interface ZipPart {
  readonly content: string | Uint8Array;
  /** What the archive says that its size is once unpacked. */
  readonly declaredBytes?: number;
  readonly isEncrypted?: boolean;
}

const FLAG_ENCRYPTED = 1;
const DEFLATED = 8;

/** Packs parts into a ZIP archive, which may lie as no library would. */
export function zip(parts: Readonly<Record<string, string | ZipPart>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, given] of Object.entries(parts)) {
    const part: ZipPart = typeof given === 'string' ? { content: given } : given;
    const content = Buffer.from(part.content);
    const packed = deflateRawSync(content);
    const facts = factsOf(name, part, content, packed);
    const local = Buffer.concat([u32(0x04034b50), u16(20), facts, u16(0), Buffer.from(name), packed]);
    directory.push(
      Buffer.concat([
        ...[u32(0x02014b50), u16(20), u16(20), facts, u16(0), u16(0), u16(0), u16(0), u32(0), u32(offset)],
        Buffer.from(name),
      ]),
    );
    bodies.push(local);
    offset += local.length;
  }
  const count = directory.length;
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = [u32(0x06054b50), u16(0), u16(0), u16(count), u16(count), u32(size), u32(offset), u16(0)];
  return Buffer.concat([...bodies, ...directory, ...end]);
}

/** Flags to length of the name, which stand in both headers alike. */
function factsOf(name: string, part: ZipPart, content: Buffer, packed: Buffer): Buffer {
  const { isEncrypted = false, declaredBytes = content.length } = part;
  return Buffer.concat([
    ...[u16(isEncrypted ? FLAG_ENCRYPTED : 0), u16(DEFLATED), u16(0), u16(0x21), u32(crc32(content))],
    ...[u32(packed.length), u32(declaredBytes), u16(Buffer.byteLength(name))],
  ]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
