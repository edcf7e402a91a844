/**
 * The Auditor: from a clean start – base, patches, spec and seed, nothing of the earlier run – recompute the fingerprint and compare, each
 * time under other circumstances (conditions.ts). After a mismatch two more runs must both agree; else it is `not_reproduced`. What was
 * reproduced is then asked everything again under three conditions: an answer that depends on them is not reproducible, whatever the
 * fingerprint says. Code alone decides; prose about it is somebody else's.
 */
import type { AuditInput, AuditOutput } from '../core/job.ts';
import type { z } from 'zod';
import type { Candidate } from '../core/candidate.ts';
import { AssayError } from '../core/errors.ts';
import { auditedOf } from './audited.ts';
import { conditions, under } from './conditions.ts';
import { runConsensus } from './consensus.ts';
import type { ConsensusRequest, ConsensusTools } from './request.ts';
import type { FamilyRecord } from '../core/family-record.ts';
import { unsteadyAnswer } from './steadiness.ts';

export type AuditRequest = z.infer<typeof AuditInput> & { record?: FamilyRecord | undefined; requiredConfidence?: number | undefined };

/** Throws AUDIT_SAME_FAMILY where the auditing family wrote the winner, AUDIT_UNKNOWN_WINNER where no candidate has the winner's id. */
export async function runAudit(request: AuditRequest, tools: ConsensusTools): Promise<AuditOutput> {
  const winner = requireSeparation(request);
  return { ...await judged(request, winner, tools), audited: await auditedOf(request, tools.sandbox) };
}

async function judged(request: AuditRequest, winner: Candidate, tools: ConsensusTools): Promise<AuditOutput> {
  const fingerprints: string[] = [];
  const agreed: boolean[] = [];
  for (const [at, condition] of conditions.entries()) {
    const result = await runConsensus(consensusOf(request), { ...tools, sandbox: under(tools.sandbox, condition) });
    fingerprints.push(result.fingerprint);
    agreed.push(result.fingerprint === request.expected && result.outcome === 'pass' && result.winner === request.winner);
    tools.progress?.(`attempt ${at + 1}, ${condition.name}: ${result.fingerprint.slice(0, 12)}, ${result.outcome}`);
    if (at === 0 && agreed[0]) break;
  }
  if (agreed.filter(Boolean).length < (agreed[0] ? 1 : 2)) return refused(mismatch(fingerprints, agreed), fingerprints);
  const unsteady = await unsteadyAnswer(winner, request, tools.sandbox);
  if (unsteady) return refused(unsteady, fingerprints);
  return { outcome: 'pass', reason: `reproduced: the same fingerprint from a clean start, attempt ${agreed.indexOf(true) + 1}; the same answers under ${conditions.length} other conditions`, reproduced: true, fingerprints, prose: null };
}

function consensusOf({ spec, base, candidates, seed, record, requiredConfidence }: AuditRequest): ConsensusRequest {
  return { spec, base, candidates, seed, ...(record ? { record } : {}), ...(requiredConfidence === undefined ? {} : { requiredConfidence }) };
}

function refused(reason: string, fingerprints: string[]): AuditOutput {
  return { outcome: 'not_reproduced', reason: `not reproduced: ${reason}`, reproduced: false, fingerprints, prose: null };
}

function mismatch(fingerprints: string[], agreed: boolean[]): string {
  const distinct = new Set(fingerprints).size;
  if (agreed.includes(true)) return `only one of ${fingerprints.length} clean runs gave the fingerprint that was published`;
  return distinct > 1 ? `${fingerprints.length} clean runs gave ${distinct} different fingerprints` : 'every clean run gave the same fingerprint or verdict, and it is another one';
}

function requireSeparation(request: AuditRequest): Candidate {
  const winner = request.candidates.find((candidate) => candidate.id === request.winner);
  if (!winner) throw new AssayError('AUDIT_UNKNOWN_WINNER', `No candidate has the id ${request.winner}.`, { remedy: 'Give the auditor all candidates that consensus compared.' });
  if (winner.family === request.family) throw new AssayError('AUDIT_SAME_FAMILY', `The family ${request.family} wrote the winner and may not audit it.`, { remedy: 'Choose an auditor of another family.' });
  return winner;
}
