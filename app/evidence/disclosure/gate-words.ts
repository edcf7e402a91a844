/** The answer of the release's gate as sentences: what is wrong and what to do. */
import type { Gate } from './gate.ts';

const sentences: Record<string, string> = {
  RELEASE_OK: 'Policy lets it be deployed.',
  RELEASE_ATTESTATION_ABSENT: 'Nothing attests how this release was built. Build it in a workflow that runs "assay evidence --release", and give its pack with --build.',
  RELEASE_ATTESTATION_UNVERIFIED: 'The pack of the build does not verify by the key or the run that it is trusted by.',
  RELEASE_COMMIT: 'It was built of another commit than the one that is tagged.',
  RELEASE_ARTIFACT: 'The file to be shipped is not the one that the build made.',
  RELEASE_BUILDER: 'It was built by a workflow that may not build releases (--builder).',
  RELEASE_FUTURE: 'The build states a time that lies in the future.',
  RELEASE_TESTS: 'The tests did not pass in the build, or it ran none.',
  RELEASE_SAST: 'The build has no passing verdict on the code (G06).',
  RELEASE_SECRETS: 'The build has no passing verdict on secrets (G02).',
  RELEASE_CVE_BUDGET: 'Known faults of what is shipped are over the budget of the tag.',
  RELEASE_EXCEPTION_EXPIRED: 'An exception for a known fault has ended.',
  RELEASE_EXCEPTION_UNAPPROVED: 'The tag holds an exception that no judged change brought.',
  RELEASE_CHANGE_UNAPPROVED: 'A change in it was not judged pass, not approved, or merged otherwise than it was approved.',
  RELEASE_NO_CHANGES: 'It holds no change that anybody approved.',
  RELEASE_NO_WAY_BACK: 'Nothing says how to go back. Commit a rollback plan and name it with --rollback.',
};

/** A line for each code, the code first. One without a sentence says that the question itself was broken. */
export function gateWords({ codes, lacking }: Gate): string[] {
  const more = (code: string) => (code === 'RELEASE_ATTESTATION_ABSENT' && lacking.length > 0 ? ` The pack of the build lacks: ${lacking.join(', ')}.` : '');
  return codes.map((code) => `${code}: ${sentences[code] ?? 'The facts of this release cannot be judged; report it with this code.'}${more(code)}`);
}
