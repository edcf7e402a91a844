/**
 * What a passkey signs when a person approves, and what is kept of it. The challenge is the digest of exactly one act: this account approves this evidence of this
 * commit, once. So a signature proves nothing but that, and whoever holds what is kept here can check it again without the server.
 */
import { z } from 'zod';
import { canonicalJson, sha256 } from './digest.ts';
import type { SubjectKey } from './subject.ts';

export interface SignedAct {
  /** The change or intent. */
  subject: SubjectKey;
  /** Of a change the head, of an intent the digest of the spec. */
  sha: string;
  /** Of a change the digest of the manifest, of an intent that of the spec. */
  digest: string;
  /** GitHub's number of the account. */
  account: number;
  /** Given out once, so that no signature is good twice. */
  nonce: string;
}

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** A WebAuthn assertion as the browser gave it, with the key that it is checked by. All bytes are base64url; the key is COSE. */
export const Assertion = z.object({
  credential: z.object({ id: Base64Url, publicKey: Base64Url }),
  rpId: z.string(), origin: z.string(), nonce: Base64Url,
  authenticatorData: Base64Url, clientDataJSON: Base64Url, signature: Base64Url,
});
export type Assertion = z.infer<typeof Assertion>;

/** `at`: when the server accepted it, in milliseconds. */
export const PresenceNote = z.object({ account: z.number(), sha: z.string(), digest: z.string(), at: z.number(), assertion: Assertion });
export type PresenceNote = z.infer<typeof PresenceNote>;

const prefix = 'presence ';

export function presenceNoteName({ digest, account }: Pick<SignedAct, 'digest' | 'account'>): string {
  return `${prefix}${digest} ${account}`;
}

export function presencesIn(notes: Record<string, unknown>): PresenceNote[] {
  return Object.entries(notes).flatMap(([name, note]) => {
    const read = name.startsWith(prefix) ? PresenceNote.safeParse(note).data : undefined;
    return read ? [read] : [];
  });
}

/** 32 bytes as base64url, which is how browsers write a challenge. */
export function presenceChallenge({ subject, sha, digest, account, nonce }: SignedAct): string {
  return Buffer.from(sha256(canonicalJson({ action: 'approve', subject, sha, digest, account, nonce })), 'hex').toString('base64url');
}
