/** `assay <verb>`: finds the verb's file, turns what it throws into one clear line and an exit code. */
import { AssayError, problemOf } from '../core/errors.ts';

export interface Verb {
  summary: string;
  run(args: string[]): Promise<number>;
}

/** Each verb is one file of this folder and is loaded only when it is called. */
const verbs: Record<string, () => Promise<{ verb: Verb }>> = {
  verify: () => import('./verify.ts'),
  sign: () => import('./sign.ts'),
  provenance: () => import('./provenance.ts'),
  evidence: () => import('./evidence.ts'),
  sbom: () => import('./sbom.ts'),
  vulns: () => import('./vulns.ts'),
  serve: () => import('./serve.ts'),
  demo: () => import('./demo.ts'),
  job: () => import('./job.ts'),
  tools: () => import('./tools.ts'),
  policy: () => import('./policy.ts'),
  guard: () => import('./guard.ts'),
  lock: () => import('./lock.ts'),
  consensus: () => import('./consensus.ts'),
  audit: () => import('./audit.ts'),
  sabotage: () => import('./sabotage.ts'),
  pack: () => import('./pack.ts'),
  disclose: () => import('./disclose.ts'),
  keys: () => import('./keys.ts'),
  replay: () => import('./replay.ts'),
  doctor: () => import('./doctor.ts'),
  conformance: () => import('./conformance.ts'),
  'audit-log': () => import('./audit-log.ts'),
};

export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (!name || name === 'help' || name === '--help') return help();
  const load = verbs[name];
  if (!load) {
    process.stderr.write(`assay: there is no verb "${name}". "assay help" lists them.\n`);
    return 2;
  }
  try {
    return await (await load()).verb.run(rest);
  } catch (thrown) {
    return report(thrown);
  }
}

/** Wrong use and wrong configuration exit 2, everything else that is thrown exits 3. */
function report(thrown: unknown): number {
  const problem = problemOf(thrown);
  process.stderr.write(`assay: ${problem.code}: ${problem.message}\n  remedy: ${problem.remedy}\n`);
  if (!(thrown instanceof AssayError) && thrown instanceof Error && process.env.ASSAY_DEBUG) process.stderr.write(`${thrown.stack}\n`);
  return /^(USAGE|CONFIG)(_|$)/.test(problem.code) ? 2 : 3;
}

async function help(): Promise<number> {
  const lines = await Promise.all(Object.entries(verbs).map(async ([name, load]) => `  ${name.padEnd(14)} ${(await load()).verb.summary}`));
  process.stdout.write(`assay <verb>\n\n${lines.join('\n')}\n`);
  return 0;
}
