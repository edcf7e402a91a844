/**
 * The Auditor: from a clean start – base, patches, spec and seed, nothing of the earlier run – recompute the fingerprint and compare. A
 * mismatch is tried twice more; what still differs is `not_reproduced`. Code alone decides; prose about it is somebody else's.
 */
import type { AuditInput, AuditOutput } from '../core/job.ts';
import type { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import { runConsensus } from './consensus.ts';
import type { ConsensusTools } from './request.ts';
import type { FamilyRecord } from './record.ts';

export type AuditRequest = z.infer<typeof AuditInput> & { record?: FamilyRecord | undefined; requiredConfidence?: number | undefined };

const attempts = 3;

/** Throws AUDIT_SAME_FAMILY where the auditing family wrote the winner, AUDIT_UNKNOWN_WINNER where no candidate has the winner's id. */
export async function runAudit(request: AuditRequest, tools: ConsensusTools): Promise<AuditOutput> {
  requireSeparation(request);
  const { spec, base, candidates, seed, record, requiredConfidence } = request;
  const fingerprints: string[] = [];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const result = await runConsensus({ spec, base, candidates, seed, ...(record ? { record } : {}), ...(requiredConfidence === undefined ? {} : { requiredConfidence }) }, tools);
    fingerprints.push(result.fingerprint);
    tools.progress?.(`attempt ${attempt}: ${result.fingerprint.slice(0, 12)}, ${result.outcome}`);
    const same = result.fingerprint === request.expected && result.outcome === 'pass' && result.winner === request.winner;
    if (same) return { outcome: 'pass', reason: `reproduced: the same fingerprint from a clean start, attempt ${attempt}`, reproduced: true, fingerprints, prose: null };
  }
  const distinct = new Set(fingerprints).size;
  const reason = distinct > 1 ? `not reproduced: ${attempts} clean runs gave ${distinct} different fingerprints` : 'not reproduced: every clean run gave the same fingerprint or verdict, and it is another one';
  return { outcome: 'not_reproduced', reason, reproduced: false, fingerprints, prose: null };
}

function requireSeparation(request: AuditRequest): void {
  const winner = request.candidates.find((candidate) => candidate.id === request.winner);
  if (!winner) throw new AssayError('AUDIT_UNKNOWN_WINNER', `No candidate has the id ${request.winner}.`, { remedy: 'Give the auditor all candidates that consensus compared.' });
  if (winner.family === request.family) throw new AssayError('AUDIT_SAME_FAMILY', `The family ${request.family} wrote the winner and may not audit it.`, { remedy: 'Choose an auditor of another family.' });
}
