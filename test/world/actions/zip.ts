/** Writes zip files, well-formed ones and, field by field, others. Stored without compression unless a file is given deflated. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Zipped {
  name: string;
  bytes: Buffer;
  deflate?: boolean;
  /** What the headers say instead of the truth. */
  claims?: { size?: number; mode?: number; flags?: number; method?: number };
}

export function zipOf(files: Zipped[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const name = Buffer.from(file.name, 'utf8');
    const data = file.deflate ? deflateRawSync(file.bytes) : file.bytes;
    const common = commonOf(file, data, name);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, data]);
    const place = Buffer.alloc(14);
    place.writeUInt16LE(0, 0); // comment
    place.writeUInt32LE(((file.claims?.mode ?? 0o100644) << 16) >>> 0, 6);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 3]), common, place, name]));
    parts.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, entries, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** The 26 bytes that a file's local header and its directory entry share. */
function commonOf({ bytes, deflate, claims }: Zipped, data: Buffer, name: Buffer): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(claims?.flags ?? 0, 2);
  common.writeUInt16LE(claims?.method ?? (deflate ? 8 : 0), 4);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(claims?.size ?? bytes.length, 18);
  common.writeUInt16LE(name.length, 22);
  return common;
}
