/** One control made permissive, for the tests that show that the demo notices. Nothing in the product can be switched off like this. */
import type { ConsensusResult } from '../../app/core/candidate.ts';
import type { JobAnswer } from '../../app/core/job.ts';
import type { Policy } from '../../app/core/ports/policy.ts';
import type { AssayEdges } from '../../app/index.ts';
import { openPolicy } from '../../app/edges/policy.ts';

export const controls = ['consensus', 'saboteur', 'approval'] as const;
export type Control = (typeof controls)[number];

export async function weakened(edges: AssayEdges, without: Control | null): Promise<AssayEdges> {
  switch (without) {
    case null: return edges;
    case 'consensus': return withAnswers(edges, 'consensus', agreeable);
    case 'saboteur': return withAnswers(edges, 'sabotage', ({ sandbox, ms }) => ({ ok: true, kind: 'sabotage', output: { outcome: 'pass', reason: 'the Saboteur is switched off', findings: [], controls: [], inputsRun: 0 }, sandbox, ms }));
    case 'approval': return { ...edges, policy: trusting(await openPolicy()) };
  }
}

function withAnswers(edges: AssayEdges, kind: string, change: (answer: JobAnswer) => JobAnswer): AssayEdges {
  const { executor } = edges;
  return { ...edges, executor: { name: executor.name, run: async (job, options) => {
    const answer = await executor.run(job, options);
    return job.kind === kind ? change(answer) : answer;
  } } };
}

/** Everybody agrees, whatever they do. */
function agreeable(answer: JobAnswer): JobAnswer {
  if (!answer.ok) return answer;
  const result = answer.output as ConsensusResult;
  const members = result.clusters.flatMap((cluster) => cluster.members).sort();
  const families = result.clusters.flatMap((cluster) => cluster.families).sort();
  const output: ConsensusResult = { ...result, outcome: 'pass', winner: members[0] ?? null, clusters: [{ members, families, size: members.length }], dissent: [], quorum: { ...result.quorum, families: families.length } };
  return { ...answer, output };
}

/** Approves by itself. */
function trusting(policy: Policy): Policy {
  return { digest: policy.digest, decide: async (name, input) => {
    const ruling = await policy.decide(name, input) as Record<string, unknown> & { ready?: boolean };
    const approval = { outcome: 'pass', code: 'APPROVAL_OK', class: 'independent', actorId: 0 };
    if (name !== 'ci.change') return ruling;
    return ruling.ready ? { ...ruling, approval, assay: { outcome: 'pass', codes: ['ASSAY_PASS'] }, merge: 'now' } : { ...ruling, approval };
  } };
}
