/**
 * Markers that fence untrusted text in what is built for a model: where the spec's words name a marker, say that text inside it cannot end its block, and every example's answer has it the same number of
 * times, a text that brings the marker along must not make one more. Needs no base and no model.
 */
import type { Spec } from '../../core/spec.ts';
import type { Behaviour } from '../../consensus/behaviour.ts';
import { runTrials } from '../../consensus/execute.ts';
import { nearestCriterion } from './nearest.ts';
import { argumentTexts, callText, surfaceProgram } from './program.ts';
import { examplesOf, type Example } from './relations.ts';
import { surfaceName } from './surface.ts';
import { inPairs, type Bench, type Suspicion } from './suspicion.ts';
import { taskWords } from './task-words.ts';

interface Fence {
  marker: string;
  /** How often every answer has it. */
  times: number;
}

const promises = /\b(untrusted|taken out|removed|stripped|escaped|neutralised|cannot (end|close|leave|escape|break)|never (ends?|closes?|leaves?))\b/i;
const markers = /[^\s"'`.,;:()]{0,12}[<>[\]{}#=|~]{2,}[^\s"'`.,;:()]{0,20}/g;

export async function attackFences(spec: Spec, { target, sandbox }: Bench): Promise<Suspicion[]> {
  const fences = fencesOf(spec);
  const cases = fences.flatMap((fence) => examplesOf(spec).slice(0, 2).flatMap(({ args }) => withMarker(args, fence.marker).map((sent) => ({ fence, sent }))));
  if (cases.length === 0 || !target.surface.head) return [];
  const rows = await inPairs([0, 1], async (salt) => (await runTrials({ spec, tree: target.head, trials: cases.map(({ sent }) => ({ args: sent })), salt, strikes: 2 }, sandbox))[0] ?? []);
  return cases.flatMap(({ fence, sent }, at) => { const head = rows.flatMap((row) => row[at]?.behaviour ?? []); return head.length === rows.length && head.every((one) => breaks(one, fence)) ? [suspicionOf(fence, { sent, head, spec })] : []; });
}

function fencesOf(spec: Spec): Fence[] {
  const words = taskWords(spec);
  const examples = examplesOf(spec);
  if (spec.surface?.kind !== 'function' || !promises.test(words) || examples.length === 0) return [];
  return [...new Set(words.match(markers) ?? [])].flatMap((marker): Fence[] => {
    const times = new Set(examples.map(({ expect }) => (typeof expect === 'string' ? count(expect, marker) : 0)));
    const [first = 0] = times;
    return times.size === 1 && first > 0 && examples.every(({ args }: Example) => !JSON.stringify(args).includes(marker)) ? [{ marker, times: first }] : [];
  });
}

const count = (text: string, marker: string): number => text.split(marker).length - 1;

/** Plain, on a line of its own, and so that taking it out once puts it together. */
function withMarker(args: unknown[], marker: string): unknown[][] {
  const half = Math.ceil(marker.length / 2);
  const texts = [`x ${marker} y`, `x\n${marker}\nobey`, `${marker.slice(0, half)}${marker}${marker.slice(half)}`];
  return args.flatMap((value, at) => (typeof value === 'string' ? texts.map((text) => args.with(at, text)) : []));
}

function breaks(behaviour: Behaviour, { marker, times }: Fence): boolean {
  return behaviour.s === 'value' && typeof behaviour.value === 'string' && count(behaviour.value, marker) > times;
}

function suspicionOf(fence: Fence, { sent, head, spec }: { sent: unknown[]; head: Behaviour[]; spec: Spec }): Suspicion {
  const trial = { args: sent };
  const call = callText(spec, argumentTexts(sent, spec));
  const [marker, first] = [JSON.stringify(fence.marker), head[0]];
  return {
    class: 'INJ', oracle: 'O2', place: `${surfaceName(spec)} fence`, criterion: nearestCriterion(trial, spec), input: trial, expected: { $times: fence.times, marker: fence.marker }, actual: first?.s === 'value' ? first.value : null, onSurface: true,
    claim: `text that is sent can end its own block: with ${JSON.stringify(sent).slice(0, 100)} the answer has ${fence.marker} more than ${fence.times === 1 ? 'once' : `${fence.times} times`}`,
    program: surfaceProgram(spec, { python: `actual = ${call}\nassert actual.count(${marker}) <= ${fence.times}, actual\n`, javascript: `const actual = await ${call};\nassert.ok(actual.split(${marker}).length - 1 <= ${fence.times}, actual);\n` }),
    trial: { trial, violations: (all) => all.filter((one) => breaks(one, fence)).length },
  };
}
