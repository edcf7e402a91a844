/**
 * Resource bounds: an example's list or text, or what a command reads, grown to thousands of items, and texts on which a backtracking expression never ends. Head fails where it does not answer in
 * time what base answers with ease, or what the spec says must be handled. The value is made by the program, so that a finding stays short.
 */
import type { Behaviour, Trial } from '../../consensus/behaviour.ts';
import { cpuLimitOf, runTrials } from '../../consensus/execute.ts';
import { criterionTests } from '../../consensus/pool.ts';
import type { Spec } from '../../core/spec.ts';
import type { Tree } from '../../core/tree.ts';
import { grownTexts, type GrownText } from './growing-stdin.ts';
import { grown, type Growth } from './growing.ts';
import { nearestCriterion } from './nearest.ts';
import { shellWord } from './path-suspicion.ts';
import { argumentTexts, callText, surfaceProgram } from './program.ts';
import { surfaceName } from './surface.ts';
import type { Bench, Suspicion } from './suspicion.ts';

const mostGrown = 24;

interface Case {
  trial: Trial;
  stated: boolean;
  suspicion: Suspicion;
}

export async function attackResources(spec: Spec, { target, sandbox }: Bench): Promise<Suspicion[]> {
  const cases = casesOf(spec).slice(0, mostGrown);
  if (cases.length === 0 || !target.surface.head) return [];
  const ask = async (tree: Tree, some: Case[]) => (await runTrials({ spec, tree, trials: some.map(({ trial }) => trial), strikes: 1 }, sandbox))[0] ?? [];
  const head = await ask(target.head, cases);
  const late = cases.find((_, at) => head[at]?.behaviour.s === 'timeout');
  if (!late) return [];
  if (!target.surface.base) return late.stated ? [late.suspicion] : [];
  const [base] = await ask(target.base, [late]);
  const easy = base !== undefined && answers(base.behaviour) && base.ms < cpuLimitOf(spec) / 4;
  return easy ? [late.suspicion] : [];
}

/** A command that refuses a long input is quick for another reason. */
function answers(behaviour: Behaviour): boolean {
  return behaviour.s === 'exit' ? behaviour.code === 0 : behaviour.s !== 'timeout' && behaviour.s !== 'unclear';
}

function casesOf(spec: Spec): Case[] {
  const tests = criterionTests(spec).map(({ test }) => test);
  const stated = statedSize(spec);
  const calls = grown(tests.flatMap((test) => ('args' in test ? [test.args] : [])), stated).map((one): Case => ({ trial: { args: one.args }, stated: one.stated, suspicion: suspicionOf(one, spec) }));
  const texts = grownTexts(tests.flatMap((test) => ('stdin' in test ? [test.stdin] : []))).map((one): Case => ({ trial: { stdin: one.stdin }, stated: stated !== null && one.size <= stated, suspicion: commandSuspicion(one, spec) }));
  return spec.surface?.kind === 'cli' ? texts : calls;
}

function commandSuspicion({ size, how, script }: GrownText, spec: Spec): Suspicion {
  const command = spec.surface?.kind === 'cli' ? spec.surface.command : [];
  return {
    class: 'DOS', oracle: 'O5', place: surfaceName(spec), criterion: spec.criteria[0]?.id ?? null, input: { grown: { at: 'stdin', to: size, by: how } }, expected: { $answers: true }, actual: { $timeout: true }, trial: null, onSurface: true,
    claim: `${surfaceName(spec)} does not end within ${cpuLimitOf(spec)} ms of CPU time when it reads ${how}, ${size} of them`,
    program: { kind: 'sh', text: `#!/bin/sh\nnode -e ${shellWord(`${script}\nprocess.stdout.write(text);`)} | ${command.map(shellWord).join(' ')} > /dev/null\n` },
  };
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
