/** Whether a statement is about what we hold: its digests against those that we computed ourselves. The name a statement gives its subject proves nothing. */
import type { Statement } from '../../core/ports/signer.ts';
import { EvidenceRefusal } from '../../core/refusal.ts';
import type { ExpectedSubject } from './expectation.ts';

/** Throws EVIDENCE_SUBJECT where one of the expected subjects is not in the statement, or is there with one right and one wrong digest. */
export function checkSubjects(subjects: Statement['subject'], expected: readonly ExpectedSubject[]): void {
  if (expected.length === 0) throw new EvidenceRefusal('EVIDENCE_EXPECTATION', 'evidence about nothing in particular proves nothing', { expected: 'at least one computed digest' });
  for (const wanted of expected) checkSubject(subjects, Object.entries(wanted));
}

function checkSubject(subjects: Statement['subject'], wanted: [string, string][]): void {
  if (wanted.length === 0) throw new EvidenceRefusal('EVIDENCE_EXPECTATION', 'a subject without a computed digest');
  const about = subjects.filter(({ digest }) => wanted.some(([algorithm, value]) => digest[algorithm] === value));
  const contradicted = about.find(({ digest }) => wanted.some(([algorithm, value]) => digest[algorithm] !== undefined && digest[algorithm] !== value));
  const expected = wanted.map((each) => each.join(':')).join(' ');
  if (contradicted) throw new EvidenceRefusal('EVIDENCE_SUBJECT', 'one digest of the subject is right and another is wrong', { got: contradicted.digest, expected });
  if (about.length === 0) throw new EvidenceRefusal('EVIDENCE_SUBJECT', 'the statement is about something else', { got: subjects.slice(0, 4).map(({ digest }) => digest), expected });
}
