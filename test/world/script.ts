/**
 * The scripted executor: a real `Executor` whose answers per kind of job a test gives as functions, so that a story takes a second. What it leaves
 * out is the work itself (models, sandbox, guardrails), which other tests and the demo play for real. By default everything goes well.
 */
import type { Candidate, ConsensusResult } from '../../app/core/candidate.ts';
import type { Problem } from '../../app/core/errors.ts';
import type { GuardReport } from '../../app/core/finding.ts';
import type { JobAnswer, JobInput, JobKind, JobOutputs } from '../../app/core/job.ts';
import type { Executor } from '../../app/core/ports/executor.ts';
import type { Spec } from '../../app/core/spec.ts';
import { textFile } from '../../app/core/tree.ts';

type InputOf<K extends JobKind> = Extract<JobInput, { kind: K }>['input'];
type Options = Parameters<Executor['run']>[1];

/** `time` counts the jobs of that kind, from 1. A returned problem is an answer `ok: false`; a throw is an executor that crashed. */
export type Play<K extends JobKind> = (input: InputOf<K>, at: { time: number; options: Options }) => JobOutputs[K] | Problem | Promise<JobOutputs[K] | Problem>;
export type Script = { [K in JobKind]: Play<K> };

export interface ScriptedExecutor extends Executor {
  script: Script;
  /** Every job that was started, in order. */
  readonly ran: JobInput[];
}

export function scriptedExecutor(changes: Partial<Script> = {}): ScriptedExecutor {
  const ran: JobInput[] = [];
  const script: Script = { ...allGoesWell, ...changes };
  return { name: 'local', script, ran, async run(job, options): Promise<JobAnswer> {
    ran.push(job);
    const time = ran.filter(({ kind }) => kind === job.kind).length;
    const play = script[job.kind] as Play<JobKind>;
    const said = await play(job.input, { time, options });
    if ('code' in said && 'remedy' in said) return { ok: false, kind: job.kind, problem: said, sandbox: 'none', ms: 1 };
    return { ok: true, kind: job.kind, output: said, sandbox: 'none', ms: 1 } as JobAnswer;
  } };
}

export const spec: Spec = {
  version: 1, id: 'double', title: 'Double a number', text: 'double(n) is twice n.', language: 'typescript', difficulty: 'easy',
  surface: { kind: 'function', module: 'src/double.ts', export: 'double' },
  criteria: [{ id: 'AC1', text: 'twice the number', tests: [{ args: [2], expect: 4 }] }],
};

export function passingReport({ baseSha, headSha }: { baseSha: string; headSha: string }): GuardReport {
  const result = { id: 'G01', slug: 'stubs', outcome: 'pass', mode: 'enforce', ms: 1, tool: { name: 'assay', version: '1' }, engines: [], inFixtures: 0, findings: [] } as const;
  return { version: 1, outcome: 'pass', base: baseSha, head: headSha, guardrails: [{ ...result, engines: [], findings: [] }], durationMs: 1 };
}

export function failingReport(shas: { baseSha: string; headSha: string }, path = 'src/double.ts'): GuardReport {
  const report = passingReport(shas);
  const finding = { code: 'STUB_THROW', path, startLine: 1, endLine: 1, severity: 'high' as const, message: 'throws instead of working', remedy: 'Write it.', fingerprint: 'f1' };
  return { ...report, outcome: 'fail', guardrails: [{ ...report.guardrails[0]!, outcome: 'fail', findings: [finding] }] };
}

/** The families in `together` behave the same; every other candidate stands alone. */
export function consensusOf(candidates: readonly Candidate[], together: readonly string[], outcome: ConsensusResult['outcome'] = 'pass'): ConsensusResult {
  const inside = candidates.filter(({ family }) => together.includes(family));
  const groups = [inside, ...candidates.filter((one) => !inside.includes(one)).map((one) => [one])].filter((group) => group.length > 0);
  return {
    outcome, reason: outcome === 'pass' ? `${inside.length} families behave the same` : 'they behave differently', winner: outcome === 'pass' ? inside[0]!.id : null, confidence: 0.97,
    clusters: groups.map((group) => ({ members: group.map(({ id }) => id), families: group.map(({ family }) => family), size: group.length })),
    quorum: { families: inside.length, required: 2 }, fingerprint: 'a'.repeat(64), inputsRun: 200, testsPooled: 9, testsDropped: [], mutationScore: 1, agreement: {},
    dissent: groups.length > 1 ? [{ input: { args: [3] }, outputs: Object.fromEntries(groups.map((group, index) => [group[0]!.id, 6 + index])) }] : [],
    record: { sha256: 'b'.repeat(64) }, seed: 1, durationMs: 1,
  };
}

const source: Record<string, string> = { anthropic: 'return n * 2;', openai: 'return n + n;', google: 'return n << 1;' };

export function candidateOf({ candidateId, family, model }: Pick<InputOf<'build'>, 'candidateId' | 'family' | 'model'>): Candidate {
  const text = `/** Twice n. */\nexport function double(n: number): number {\n  ${source[family]}\n}\n`;
  return { id: candidateId, family, model, patch: { 'src/double.ts': textFile(text) }, tests: [{ args: [2], expect: 4 }] };
}

const allGoesWell: Script = {
  plan: () => ({ outcome: 'pass', reason: 'clear', spec, riskTier: 'low', assumptions: ['n is a number'], question: null }),
  build: (input) => ({ outcome: 'pass', reason: 'its tests pass', candidate: candidateOf(input), turns: 3, testRuns: [{ exit: 0, passed: true, ms: 5 }] }),
  consensus: ({ candidates }) => consensusOf(candidates, candidates.slice(0, 2).map(({ family }) => family)),
  audit: ({ expected }) => ({ outcome: 'pass', reason: 'reproduced', reproduced: true, fingerprints: [expected, expected], prose: null }),
  accept: ({ families }) => ({ outcome: 'pass', reason: 'all acceptance tests pass', tests: families.map((family) => ({ family, count: 4 })), missing: [], inputsRun: 50 }),
  sabotage: () => ({ outcome: 'pass', reason: 'no attack held', findings: [], controls: [{ name: 'seeded', expected: 'found', ok: true }, { name: 'clean', expected: 'clean', ok: true }], inputsRun: 60 }),
  guard: passingReport,
};

export function problem(code: string): Problem {
  return { code, message: `a scripted ${code}`, remedy: 'Change the script.' };
}

/** An executor that never answers until it is cut off; `begun` resolves when it was asked. */
export function never(): { play: () => Promise<never>; begun: Promise<void> } {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => { begin = resolve; });
  return { begun, play: () => { begin(); return new Promise<never>(() => undefined); } };
}
