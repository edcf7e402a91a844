/**
 * R03: whoever calls the reusable workflow may pass what he likes; no input chooses code, pack, base or rules. Read from the workflow itself, and from the very
 * environment in which its steps run.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Workflow {
  on: { workflow_call: { inputs: Record<string, unknown>; secrets?: unknown } };
  permissions: object;
  env?: unknown;
  jobs: Record<string, { 'runs-on': string; 'timeout-minutes': number; 'cache-mode': string; permissions: Record<string, string>; env?: unknown; container?: unknown; steps: Step[] }>;
}

const text = readFileSync(fileURLToPath(new URL('../../.github/workflows/assay.yml', import.meta.url)), 'utf8');
const workflow = parse(text) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const judging = steps.filter((step) => step.run?.includes('/dist/main.js'));
const inputsIn = (value: unknown) => [...JSON.stringify(value ?? null).matchAll(/inputs\.([\w-]+)/g)].map((match) => match[1]);

describe('R03 the calling workflow passes another ref, pack or base', () => {
  it('R03 can pass a job and its blob, and nothing else', () => {
    expect(Object.keys(workflow.on.workflow_call.inputs).sort()).toEqual(['blob', 'job']);
    expect(workflow.on.workflow_call).not.toHaveProperty('secrets');
    expect(new Set(inputsIn(workflow))).toEqual(new Set(['job', 'blob']));
  });

  it('R03 reaches no command line, no code, no checkout: inputs arrive as environment, in a name or in a condition', () => {
    for (const step of steps) {
      expect(step.run ?? '', step.name).not.toContain('${{');
      const allowed = step.name === 'Keep the answer' ? ['job'] : [];
      expect(inputsIn(step.with), step.name).toEqual(allowed);
      expect(inputsIn(step.uses)).toEqual([]);
    }
    const places = steps.flatMap((step) => Object.entries(step.env ?? {}).filter(([, value]) => inputsIn(value).length > 0).map(([name]) => name));
    expect(new Set(places)).toEqual(new Set(['ASSAY_JOB', 'ASSAY_BLOB', 'ASSAY_CLI']));
  });

  it('R03 chooses no code: the runner is fetched from where this workflow is, at its very commit, beside the change and never in it', () => {
    const own = steps.filter((step) => step.uses?.startsWith('actions/checkout@') && step.with?.repository !== undefined);
    expect(own.map((step) => step.with)).toEqual(Object.keys(workflow.jobs).map(() => ({ repository: '${{ job.workflow_repository }}', ref: '${{ job.workflow_sha }}', path: '.assay', 'persist-credentials': false })));
    const change = steps.filter((step) => step.uses?.startsWith('actions/checkout@') && step.with?.repository === undefined);
    expect(change.map((step) => step.with)).toEqual([1, 2].map(() => ({ path: 'change', 'fetch-depth': 0, 'persist-credentials': false })));
    for (const step of steps) if (step.run && !/^if \[\[/.test(step.run)) expect(step.run).toMatch(/^(node|bash) \.assay\/actions\/(_runner\/dist|setup)\/[a-z]+\.(js|sh)( job)?$/);
    for (const step of steps) if (step.uses) expect(step.uses).toMatch(/^actions\/(checkout|upload-artifact)@[0-9a-f]{40}$/);
  });

  it('R03 chooses no pack, base or guardrail: the steps that judge say them empty, whatever the environment around them says', () => {
    expect(judging).toHaveLength(2);
    for (const { env } of judging) expect(env).toMatchObject({ ASSAY_PACK: '', ASSAY_BASE: '', ASSAY_ONLY: '', ASSAY_PATH: 'change' });
  });

  it('R03 is given no more than the caller gave: nothing at the top, reading in each job, an identity for the one that runs nothing', () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.fromEntries(Object.entries(workflow.jobs).map(([name, job]) => [name, job.permissions]))).toEqual({
      scan: { contents: 'read' }, exec: { contents: 'read' }, attest: { contents: 'read', 'id-token': 'write' },
    });
    for (const job of Object.values(workflow.jobs)) expect(job).toMatchObject({ 'cache-mode': 'none', 'timeout-minutes': expect.any(Number), 'runs-on': 'ubuntu-24.04' });
    expect(text).not.toMatch(/secrets\.|vars\.|pull_request_target|secrets: inherit/);
    const attest = workflow.jobs.attest?.steps.map((step) => step.run ?? step.uses ?? '') ?? [];
    expect(attest.join('\n')).not.toMatch(/setup|npm|change/);
  });
});
