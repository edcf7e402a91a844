/** Checkpoints as C2SP specifies them (tlog-checkpoint): the name of the log, how many entries it has, and the root of its Merkle tree, one line each. */
import type { Hash } from '../merkle/tree.ts';
import { invalid } from './note.ts';

export interface Checkpoint {
  /** Which log: a name that no other log has. */
  origin: string;
  size: number;
  root: Hash;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Throws NOTE_INVALID. Assay writes no extension lines and reads none. */
export function parseCheckpoint(text: string): Checkpoint {
  const [, origin, digits, encoded] = /^([^\s+]{1,255})\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text) ?? [];
  const root = Buffer.from(encoded ?? '', 'base64');
  if (origin === undefined || root.toString('base64') !== encoded || !Number.isSafeInteger(Number(digits))) throw invalid('its text is no checkpoint of an audit log');
  return { origin, size: Number(digits), root };
}
