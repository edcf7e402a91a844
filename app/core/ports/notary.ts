/** Signs and verifies notes: the short texts by which a log tells what it holds. */
import type { VerifierKey } from '../transparency/note.ts';

export interface NoteSigner {
  /** What a stranger needs to verify: `<name>+<key id>+<base64>`. */
  readonly verifierKey: string;
  /** The signed note of this text, which ends with a line feed. */
  sign(text: string): string;
}

/** The text of a note that one of these keys signed, and when, where a witness did. Throws NOTE_*. */
export type OpenNote = (note: string, trusted: readonly VerifierKey[]) => { text: string; by: string; at: number | null };

/** Asks somebody else to sign that a log only grew. */
export interface Witness {
  /** Its signature lines for this checkpoint, each with a line feed. `old` is the size it signed last, with the proof from there. Throws WITNESS_*. */
  cosign(request: { note: string; old: number; proof: readonly Uint8Array[] }): Promise<string>;
}
