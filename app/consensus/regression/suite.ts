/**
 * The existing tests as regression. The spec names the suite's command; it runs on the base and on each candidate with the base's own test
 * files and settings put back, so that a patch cannot delete, weaken or skip what it breaks. A suite that does not pass on the base says
 * nothing. A run that reports fewer passed tests than the base has broken off, whatever its exit code.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Candidate } from '../../core/candidate.ts';
import { MIB, type Sandbox } from '../../core/ports/sandbox.ts';
import type { Spec } from '../../core/spec.ts';
import { isTest } from '../../core/test-paths.ts';
import { applyPatch, textFile, textOf, type Tree } from '../../core/tree.ts';
import { writeTree } from '../execute.ts';
import { inPairs } from '../observe.ts';

export interface SuiteRun {
  passed: boolean;
  /** Passed tests that the run reports, or null where it reports none. */
  count: number | null;
  why: string;
}

export interface SuiteScene {
  spec: Spec;
  base: Tree;
  sandbox: Sandbox;
}

const defaultMs = 120_000;

/** By candidate id, why the base's suite does not pass on it; `base` where it does not even pass there. Empty without a suite. */
export async function suiteFailures(candidates: Candidate[], scene: SuiteScene): Promise<Record<string, string>> {
  const { suite } = scene.spec;
  if (!suite || candidates.length === 0) return {};
  const own = await runSuite(scene.base, scene);
  if (!own.passed) return { base: own.why };
  const runs = await inPairs(candidates, async ({ id, patch }) => ({ id, run: await runSuite(withBaseTests(scene.base, applyPatch(scene.base, patch)), scene) }));
  return Object.fromEntries(runs.flatMap(({ id, run }) => { const why = failureOf(run, own); return why === null ? [] : [[id, why]]; }));
}

function failureOf(run: SuiteRun, own: SuiteRun): string | null {
  if (!run.passed) return run.why;
  return own.count !== null && (run.count ?? 0) < own.count ? `only ${run.count ?? 0} of ${own.count} tests report that they passed` : null;
}

const settings = /(^|\/)(conftest\.py|pytest\.ini|tox\.ini|setup\.cfg|\.?(vitest|jest|mocha|ava|karma|playwright|cypress)[\w.-]*\.(c?[jt]s|mjs|mts|json)|\.mocharc[\w.]*)$/;

/** The head with the base's tests and their settings, and none of its own. */
export function withBaseTests(base: Tree, head: Tree): Tree {
  const held = (path: string) => isTest(path) || settings.test(path);
  const kept = Object.fromEntries(Object.entries(head).filter(([path]) => !held(path)));
  const restored = Object.fromEntries(Object.entries(base).filter(([path]) => held(path)));
  return { ...kept, ...restored, ...manifestOf(base, head) };
}

/** What `package.json` says of how tests are run is the base's word; its dependencies are the head's. */
function manifestOf(base: Tree, head: Tree): Tree {
  const [old, now] = [base, head].map((tree) => objectOf(textOf(tree['package.json'])));
  if (!old || !now) return {};
  const own = ['scripts', 'jest', 'mocha', 'ava', 'vitest'];
  const kept = Object.entries(now).filter(([name]) => !own.includes(name));
  return { 'package.json': textFile(JSON.stringify(Object.fromEntries([...kept, ...Object.entries(old).filter(([name]) => own.includes(name))]), null, 2)) };
}

function objectOf(text: string | undefined): object | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return value !== null && typeof value === 'object' ? value : null;
  } catch {
    return null; // a broken manifest is the candidate's own to fail with
  }
}

async function runSuite(tree: Tree, { spec, sandbox }: SuiteScene): Promise<SuiteRun> {
  const { command = [], timeoutMs = defaultMs } = spec.suite ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'assay-suite-'));
  try {
    chmodSync(folder, 0o755);
    const workdir = join(folder, 'work');
    writeTree(workdir, tree);
    const limits = { wallMs: timeoutMs, cpuMs: timeoutMs, memoryBytes: 1024 * MIB, processes: 64, fileBytes: 32 * MIB, outputBytes: 4 * MIB };
    const result = await sandbox.run({ argv: command, workdir, env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0', CI: 'true', NO_COLOR: '1' }, limits });
    const said = `${result.stdout.toString('utf8')}\n${result.stderr.toString('utf8')}`;
    if (result.timedOut) return { passed: false, count: null, why: 'the suite did not end in time' };
    return { passed: result.exit === 0 && !result.truncated, count: passedIn(said), why: `the suite ends with ${result.signal ?? `exit code ${result.exit}`}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The greatest number of passed tests that common runners report. */
function passedIn(text: string): number | null {
  const plain = text.replace(/\u001b\[[\d;]*m/g, '');
  const counts = [...plain.matchAll(/\b(\d+) (?:tests? )?pass(?:ed|ing)?\b|^(?:#|ℹ) pass (\d+)$|^Ran (\d+) tests? in/gim)].map(([, a, b, c]) => Number(a ?? b ?? c));
  return counts.length > 0 ? Math.max(...counts) : null;
}
