/**
 * What a call changes besides answering, in its own process: its arguments, what later calls answer, the prototype that all objects share. Each is a program of its own.
 * Changed arguments count where the spec says that they stay, or where base, of which most is left, leaves them alone; an answer that depends on earlier calls always does, unless the spec speaks of state.
 */
import type { Spec } from '../../core/spec.ts';
import { criterionTests } from '../../consensus/pool.ts';
import { argumentTexts, callText, surfaceProgram } from './program.ts';
import { isRewrite } from './rewrite.ts';
import { surfaceName } from './surface.ts';
import type { Bench, Suspicion } from './suspicion.ts';
import { runPrograms } from './verify.ts';
import { taskWords } from './task-words.ts';

const mostCalls = 8;
const stays = /\b(not|never|stays?|without being|un)\s*(be\s+)?(changed|modified|mutated|touched|as (it|they) (is|was|are|were))\b|\b(new|copy of the) (list|object|array|dict\w*|record)\b/i;
const keepsState = /\b(state|remember\w*|accumulat\w*|counter|session|history|cache\w*|register|subscribe|next)\b/i;

/** Suspicions whose program fails once on head; the verifier asks again, and base too. */
export async function attackSideEffects(spec: Spec, bench: Bench): Promise<Suspicion[]> {
  const examples = criterionTests(spec).flatMap(({ test }) => ('args' in test && test.args.length > 0 ? [test.args] : []));
  if (spec.surface?.kind !== 'function' || examples.length === 0 || !bench.target.surface.head) return [];
  const words = taskWords(spec);
  const calls = [...longer(examples), ...examples].slice(0, mostCalls);
  const all = [
    ...((bench.target.surface.base && !isRewrite(bench.target)) || stays.test(words) ? [changesArguments(calls, spec)] : []),
    ...(keepsState.test(words) ? [] : [dependsOnEarlier(calls, spec)]),
    ...(spec.language === 'python' ? [] : [pollutes(calls, spec)]),
  ];
  const failed = await runPrograms(all, bench.target.head, { ...bench, times: 1 });
  return all.filter((_, at) => failed[at] === 1);
}

/** Lists of the examples, backwards and twice over: what an example shows in order may not be. */
function longer(examples: unknown[][]): unknown[][] {
  return examples.filter((args) => args.some((value) => Array.isArray(value) && value.length > 1)).slice(0, 3).map((args) => args.map((value) => (Array.isArray(value) ? [...value].reverse().concat(value) : value)));
}

type Kind = Pick<Suspicion, 'class' | 'oracle' | 'claim' | 'expected' | 'actual'>;

function suspicion(kind: Kind, calls: unknown[][], { spec, lines }: { spec: Spec; lines: { javascript: string; python: string } }): Suspicion {
  return { ...kind, place: `${surfaceName(spec)} ${kind.claim}`, claim: `${surfaceName(spec)} ${kind.claim}`, criterion: null, input: { asked: calls.map((args) => ({ args })) }, trial: null, onSurface: true, program: surfaceProgram(spec, lines) };
}

/** Source of a function for each call, which makes the arguments anew. */
function makers(calls: unknown[][], spec: Spec): string {
  const python = spec.language === 'python';
  return calls.map((args) => (python ? `lambda: [${argumentTexts(args, spec).join(', ')}]` : `() => [${argumentTexts(args, spec).join(', ')}]`)).join(python ? ', ' : ',\n  ');
}

function changesArguments(calls: unknown[][], spec: Spec): Suspicion {
  const made = makers(calls, spec);
  return suspicion({ class: 'GAP', oracle: 'O2', claim: 'changes the arguments that it is given', expected: { $unchanged: true }, actual: { $changed: true } }, calls, { spec, lines: {
    javascript: `for (const make of [${made}]) {\n  const given = make();\n  try { await ${callText(spec, ['...given'])}; } catch { continue; }\n  assert.deepEqual(given, make());\n}\n`,
    python: `for make in [${made}]:\n    given = make()\n    try:\n        ${callText(spec, ['*given'])}\n    except Exception:\n        continue\n    assert given == make(), f"{make()!r} became {given!r}"\n`,
  } });
}

/** Everything is asked once, then once more the other way round, after what was answered was written over. */
function dependsOnEarlier(calls: unknown[][], spec: Spec): Suspicion {
  const made = makers(calls, spec);
  return suspicion({ class: 'GAP', oracle: 'O2', claim: 'answers otherwise after earlier calls', expected: { $steady: true }, actual: { $changed: true } }, calls, { spec, lines: {
    javascript: `const makes = [${made}];\nconst asked = async (make) => { try { return structuredClone(await ${callText(spec, ['...make()'])}); } catch (error) { return String(error?.name); } };\nconst first = [];\nfor (const make of makes) first.push(await asked(make));\nfor (const make of [...makes].reverse()) { try { const answer = await ${callText(spec, ['...make()'])}; if (Array.isArray(answer)) answer.push('written over'); } catch { continue; } }\nfor (const [at, make] of makes.entries()) assert.deepEqual(await asked(make), first[at]);\n`,
    python: `import copy\nmakes = [${made}]\ndef asked(make):\n    try:\n        return copy.deepcopy(${callText(spec, ['*make()'])})\n    except Exception as error:\n        return type(error).__name__\nfirst = [asked(make) for make in makes]\nfor make in reversed(makes):\n    try:\n        answer = ${callText(spec, ['*make()'])}\n    except Exception:\n        continue\n    if isinstance(answer, list):\n        answer.append("written over")\nfor make, before in zip(makes, first):\n    again = asked(make)\n    assert again == before, f"{before!r}, then {again!r}"\n`,
  } });
}

/** Objects as they come out of JSON, with the keys by which a prototype is reached. */
function pollutes(calls: unknown[][], spec: Spec): Suspicion {
  const keys = ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'];
  const paths = ['__proto__.polluted', 'constructor.prototype.polluted', 'a.__proto__.polluted', 'a.constructor.prototype.polluted', '__proto__'];
  return suspicion({ class: 'SEC', oracle: 'O4', claim: 'writes to a prototype when keys say so', expected: { $unchanged: 'Object.prototype' }, actual: { $changed: 'Object.prototype' } }, calls, { spec, lines: {
    javascript: `const before = Reflect.ownKeys(Object.prototype).length;
const reached = (value) => value !== null && typeof value === 'object' && 'polluted' in value && !Object.hasOwn(value, 'polluted');
for (const make of [${makers(calls, spec)}]) {
  for (const [at, own] of make().entries()) {
    const others = typeof own === 'string' ? ${JSON.stringify(paths)} : own !== null && typeof own === 'object' && !Array.isArray(own) ? ${JSON.stringify(keys)}.map((text) => JSON.parse(text)) : [];
    for (const other of others) {
      const given = make().with(at, other);
      let answer;
      try { answer = await ${callText(spec, ['...given'])}; } catch { answer = null; }
      const clean = Reflect.ownKeys(Object.prototype).length === before && ({}).polluted === undefined;
      assert.ok(clean, 'Object.prototype has a new key');
      assert.ok(!reached(answer), 'the answer has a prototype that a key brought');
    }
  }
}
`,
    python: '',
  } });
}
