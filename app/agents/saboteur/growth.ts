/**
 * Resource bounds: an example's list or text grown to thousands of items, and texts on which a backtracking expression never ends. Head fails where it does not answer in
 * time what base answers with ease, or what the spec says must be handled. The value is made by the program, so that a finding stays short.
 */
import type { Behaviour, Trial } from '../../consensus/behaviour.ts';
import { cpuLimitOf, runTrials } from '../../consensus/execute.ts';
import { criterionTests } from '../../consensus/pool.ts';
import type { Spec } from '../../core/spec.ts';
import type { Tree } from '../../core/tree.ts';
import { grown, type Growth } from './growing.ts';
import { nearestCriterion } from './nearest.ts';
import { argumentTexts, callText, surfaceProgram } from './program.ts';
import { surfaceName } from './surface.ts';
import type { Bench, Suspicion } from './suspicion.ts';

const mostGrown = 24;

export async function attackResources(spec: Spec, { target, sandbox }: Bench): Promise<Suspicion[]> {
  const examples = criterionTests(spec).flatMap(({ test }) => ('args' in test ? [test.args] : []));
  const cases = grown(examples, statedSize(spec)).slice(0, mostGrown);
  if (cases.length === 0 || !target.surface.head) return [];
  const ask = async (tree: Tree, some: Growth[]) => (await runTrials({ spec, tree, trials: some.map(({ args }): Trial => ({ args })), strikes: 1 }, sandbox))[0] ?? [];
  const late = firstLate(cases, (await ask(target.head, cases)).map((observed) => observed.behaviour));
  if (!late) return [];
  if (!target.surface.base) return late.stated ? [suspicionOf(late, spec)] : [];
  const [base] = await ask(target.base, [late]);
  const easy = base !== undefined && base.behaviour.s !== 'timeout' && base.behaviour.s !== 'unclear' && base.ms < cpuLimitOf(spec) / 4;
  return easy ? [suspicionOf(late, spec)] : [];
}

function firstLate(cases: Growth[], behaviours: Behaviour[]): Growth | undefined {
  return cases.find((_, at) => behaviours[at]?.s === 'timeout');
}

/** The size that the spec says must be handled, or null. */
function statedSize(spec: Spec): number | null {
  const words = [spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n');
  const found = /(?:up to|at most|no more than|<=|≤)\s*(?:10\s*(?:\^|\*\*)\s*(\d)|(\d[\d_, ]{3,}\d))\s*(?:\w+ ){0,2}(?:characters|words|items|numbers|elements|lines|entries|rows|long)/i.exec(words);
  if (!found) return null;
  return found[1] ? 10 ** Number(found[1]) : Number((found[2] ?? '').replace(/\D/g, ''));
}

function suspicionOf({ example, path, size, how, script }: Growth, spec: Spec): Suspicion {
  const trial: Trial = { args: example };
  const call = callText(spec, argumentTexts(example, spec).map((text, at) => (at === path[0] ? 'large' : text)));
  return {
    class: 'DOS', oracle: 'O5', place: surfaceName(spec), criterion: nearestCriterion(trial, spec), input: { args: example, grown: { at: path, to: size, by: how } }, expected: { $answers: true }, actual: { $timeout: true }, trial: null, onSurface: true,
    claim: `${surfaceName(spec)} does not answer within ${cpuLimitOf(spec)} ms of CPU time when argument ${path.join('.')} of an example is ${how} of size ${size}`,
    program: surfaceProgram(spec, { javascript: `${script.javascript}await ${call};\n`, python: `${script.python}${call}\n` }),
  };
}
