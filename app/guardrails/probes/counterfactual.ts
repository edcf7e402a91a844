/**
 * The counterfactual probe: each new or changed test file runs alone over the production code of base and must fail there, or it shows nothing of the change; the
 * tests of base, where the change altered or removed them, run over head. Both in the environment of head, so that only the code differs.
 */
import { z } from 'zod';
import type { ChangedText } from '../../core/guardrail.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { isProduction, isTest, isTestByName } from '../../core/test-paths.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import type { Tree } from '../../core/tree.ts';
import type { HeadRun, HeadRuns } from './head-run.ts';
import manifest from '../../../package.json' with { type: 'json' };

const Settings = z.looseObject({ seconds: z.number().min(1).max(3600).default(300) });
const mostFiles = 8;
const leastMs = 5_000;

export function counterfactualProbe(parts: { headRun: HeadRuns }): Probe {
  return { name: 'counterfactual', probe: (request) => probe(request, parts.headRun) };
}

async function probe(request: ToolRequest, headRun: HeadRuns): Promise<ToolAnswer> {
  const tests = request.all ? [] : request.changed.filter((file) => isTestByName(file.path) && saysMore(file)).map((file) => file.path);
  const altered = request.changed.some((file) => isProduction(file.path) && file.changedLines.size > 0);
  if (tests.length === 0 || !altered) return answer({ applies: false });
  const head = await headRun(request);
  const deadline = performance.now() + Settings.parse(request.settings ?? {}).seconds * 500;
  const wallMs = Math.max(10_000, head.run.ms * 4 + 5_000);
  const passesOnBase: string[] = [];
  const failsOnBase: string[] = [];
  for (const path of tests.slice(0, mostFiles)) {
    const verdict = await shows(path, { request, head, wallMs: Math.min(wallMs, Math.round(deadline - performance.now())) });
    if (verdict === 'nothing') passesOnBase.push(path);
    if (verdict === 'the change') failsOnBase.push(path);
  }
  const asked = new Set([...passesOnBase, ...failsOnBase]);
  return answer({ applies: true, passesOnBase, failsOnBase, notRun: tests.filter((path) => !asked.has(path)), olderFail: performance.now() + wallMs < deadline && await olderFail(request, { head, wallMs }) });
}

/** One file takes a part of the suite's time. Null: it did not end, or nobody can say why it fails. */
async function shows(path: string, { request, head, wallMs }: { request: ToolRequest; head: HeadRun; wallMs: number }): Promise<'nothing' | 'the change' | null> {
  if (wallMs < leastMs) return null;
  const run = await head.bench.run(alone(onBase(request), path), { wallMs });
  if (run.outcome !== 'failed') return run.outcome === 'passed' ? 'nothing' : null;
  // Alone over head it must pass: one that fails there too fails for another reason than the code of base.
  return (await head.bench.run(alone(request.head, path), { wallMs })).outcome === 'passed' ? 'the change' : null;
}

/** A new test file, or one whose changed lines assert something; a moved import or another layout claims nothing about the change. */
function saysMore({ baseText, text, changedLines }: ChangedText): boolean {
  if (baseText === null) return true;
  return text.split('\n').some((line, index) => changedLines.has(index + 1) && /assert|expect|should|raises|throws|\bt\.\w+\(|\bfail\b/i.test(line));
}

function answer(data: Record<string, unknown>): ToolAnswer {
  return ToolAnswer.parse({ tool: 'counterfactual', version: manifest.version, state: 'clean', data });
}

/** Head with the production code of base: what the change added there is gone, what it removed is back. */
function onBase({ head, base }: ToolRequest): Tree {
  const kept = Object.entries(head).filter(([path]) => !isProduction(path));
  const before = Object.entries(base).filter(([path]) => isProduction(path));
  return Object.fromEntries([...before, ...kept]);
}

/** Without the other tests; helpers in the test folders stay. */
function alone(tree: Tree, path: string): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([each]) => each === path || !isTestByName(each)));
}

/** Whether tests that the change altered or removed fail over head as they were. */
async function olderFail(request: ToolRequest, { head, wallMs }: { head: HeadRun; wallMs: number }): Promise<boolean> {
  const { folder = '' } = request;
  const older = Object.entries(request.base).filter(([path, file]) => isTest(path) && (folder === '' || path.startsWith(`${folder}/`)) && request.head[path]?.content !== file.content);
  if (older.length === 0) return false;
  const run = await head.bench.run({ ...request.head, ...Object.fromEntries(older) }, { wallMs });
  return run.outcome !== 'passed';
}
