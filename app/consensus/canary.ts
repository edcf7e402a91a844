/**
 * Canaries: tests that contradict the spec. A frozen assertion about a call says what the answer is; a canary says the same of another
 * answer, which nobody can give who gives the right one. Whoever passes both has not answered but got at the comparison – an object that
 * equals everything, a patched assertion library. For tests in call form the comparison is out of a candidate's reach, so the canary costs
 * no run: it only shows that what was answered is not taken for anything at all. Whoever passes one is disqualified and named; the others
 * may still make a quorum (quorum.ts).
 */
import { createHash } from 'node:crypto';
import type { CriterionTest, Spec } from '../core/spec.ts';
import { runTrials } from './execute.ts';
import type { Scene, Sighting } from './observe.ts';
import { applyPatch } from '../core/tree.ts';
import { meets, type Coordinate } from './pool.ts';

export interface Canary {
  /** Of the frozen test that it contradicts. */
  id: string;
  test: CriterionTest;
}

/** Contradictions of the frozen tests, where one can be written down. */
export function canariesOf(coordinates: Coordinate[], spec: Spec): Canary[] {
  return coordinates.flatMap(({ tests }) => tests.filter(({ author }) => author === null).flatMap(({ id, test }) => {
    const contrary = contradiction(test, spec);
    return contrary ? [{ id, test: contrary }] : [];
  }));
}

function contradiction(test: CriterionTest, spec: Spec): CriterionTest | null {
  const mark = `impossible-${createHash('sha256').update(spec.id + JSON.stringify(test)).digest('hex').slice(0, 12)}`;
  if ('args' in test) return { args: test.args, expect: mark };
  if ('stdin' in test) return { stdin: test.stdin, expect: mark };
  if (!('assert' in test)) return null;
  const source = contraryAssert(test.assert, mark, spec);
  return source === null ? null : { assert: source };
}

/** The same call compared with something that no program answers; null where the assertion is no plain equality. */
function contraryAssert(source: string, mark: string, spec: Spec): string | null {
  const text = source.trim().replace(/;$/, '');
  if (spec.language === 'python') { const parts = /^assert\s+([^\n]*?[^=!<>\n])\s*==\s*[^=\n][^\n]*$/.exec(text); return parts && !/\b(?:and|or|not|for|lambda)\b/.test(text) ? `assert ${parts[1]} == ${JSON.stringify(mark)}` : null; }
  const call = /^((?:assert(?:\.strict)?\.)(?:equal|strictEqual|deepEqual|deepStrictEqual))\(([\s\S]*)\)$/.exec(text);
  const comma = call ? topLevelComma(call[2] ?? '') : -1;
  if (call && comma > 0) return `${call[1]}(${(call[2] ?? '').slice(0, comma)}, ${JSON.stringify(mark)});`;
  const plain = /^(assert|console\.assert)\((.*?)\s*===?\s*[^=]+\)$/.exec(text);
  return plain ? `${plain[1]}(${plain[2]} === ${JSON.stringify(mark)});` : null;
}

function topLevelComma(text: string): number {
  let depth = 0;
  for (const [at, letter] of text.split('').entries()) {
    if ('([{'.includes(letter)) depth += 1;
    if (')]}'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0) return at;
  }
  return -1;
}

/** The first canary that each candidate passes, by candidate id. Only who passes the frozen tests is asked. */
export async function passedCanaries(seen: Sighting[], scene: Scene): Promise<Record<string, string>> {
  const canaries = canariesOf(scene.coordinates, scene.spec);
  const run = canaries.filter(({ test }) => 'assert' in test);
  const found: Record<string, string> = {};
  for (const sighting of seen.filter(({ contender }) => contender)) {
    const silent = scene.coordinates.flatMap(({ tests }, at) => tests.flatMap(({ id }) => canaries.filter((canary) => canary.id === id && !run.includes(canary)).filter(({ test }) => { const behaviour = sighting.behaviours[at]; return behaviour !== undefined && meets(test, behaviour, scene.spec); })));
    const [row = []] = run.length === 0 ? [] : await runTrials({ spec: scene.spec, tree: applyPatch(scene.base, sighting.candidate.patch), trials: run.flatMap(({ test }) => ('assert' in test ? [{ assert: test.assert }] : [])), kept: scene.kept }, scene.sandbox);
    const passed = silent[0] ?? run.find(({ test }, at) => { const behaviour = row[at]?.behaviour; return behaviour !== undefined && meets(test, behaviour, scene.spec); });
    if (passed) found[sighting.candidate.id] = passed.id;
  }
  return found;
}
