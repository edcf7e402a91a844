/** The program of a behavioural suspicion: run beside the change, it exits 0 where the expected behaviour is there and not 0 where it is not. */
import type { CriterionTest, Spec } from '../../core/spec.ts';
import type { Behaviour, Trial } from '../../consensus/behaviour.ts';
import { javascriptText, programOf, pythonText } from '../../consensus/reproducer.ts';
import { inLanguage } from '../../consensus/values.ts';
import type { Program } from './suspicion.ts';

function kindOf(spec: Spec): Program['kind'] {
  if (spec.surface?.kind === 'cli') return 'sh';
  return spec.language === 'python' ? 'py' : 'mjs';
}

export function testProgram(test: CriterionTest, spec: Spec): Program {
  return { kind: kindOf(spec), text: programOf(test, spec) };
}

/** Expects that the trial behaves as it was seen to behave elsewhere. */
export function sameAsProgram(trial: Trial, expected: Behaviour, spec: Spec): Program {
  if ('args' in trial && expected.s === 'value') return testProgram({ args: trial.args, expect: expected.value }, spec);
  if ('args' in trial && expected.s === 'raise') return raisesProgram(trial.args, expected.class, spec);
  if ('stdin' in trial && expected.s === 'exit') return testProgram({ stdin: trial.stdin, expect: expected.out }, spec);
  return answersProgram(trial, spec);
}

/** Expects any answer at all, in time. */
export function answersProgram(trial: Trial, spec: Spec): Program {
  if ('stdin' in trial && spec.surface?.kind === 'cli') {
    const [shell, command] = [quoted([trial.stdin]), quoted(spec.surface.command)];
    return { kind: 'sh', text: `#!/bin/sh\nprintf %s ${shell} | ${command} > /dev/null\n` };
  }
  return called(trial, spec, { javascript: (call) => `await ${call};\n`, python: (call) => `${call}\n` });
}

/** Expects the same answer from five calls. */
export function steadyProgram(trial: Trial, spec: Spec): Program {
  if ('stdin' in trial && spec.surface?.kind === 'cli') {
    const [shell, command] = [quoted([trial.stdin]), quoted(spec.surface.command)];
    return { kind: 'sh', text: `#!/bin/sh\nfirst=$(printf %s ${shell} | ${command})\nfor run in 2 3 4 5; do\n  again=$(printf %s ${shell} | ${command})\n  [ "$again" = "$first" ] || exit 1\ndone\n` };
  }
  return called(trial, spec, {
    javascript: (call) => `const first = await ${call};\nfor (let run = 2; run <= 5; run++) assert.deepEqual(await ${call}, first);\n`,
    python: (call) => `first = ${call}\nfor run in range(2, 6):\n    again = ${call}\n    assert again == first, f"{first!r}, then {again!r}"\n`,
  });
}

function raisesProgram(args: unknown[], name: string, spec: Spec): Program {
  return called({ args }, spec, {
    javascript: (call) => `await assert.rejects(async () => ${call}, { name: ${JSON.stringify(name)} });\n`,
    python: (call) => `try:\n    actual = ${call}\nexcept BaseException as raised:\n    assert type(raised).__name__ == ${JSON.stringify(name)}, repr(raised)\nelse:\n    raise AssertionError(f"expected ${name.replace(/[^\w.]/g, '')}, got {actual!r}")\n`,
  });
}

interface Body {
  javascript(call: string): string;
  python(call: string): string;
}

/** A test without content gives the lines that load the module; the body follows them. */
function called(trial: Trial, spec: Spec, body: Body): Program {
  if (spec.surface?.kind !== 'function' || !('args' in trial)) return { kind: kindOf(spec), text: '' };
  const [head = '', method] = spec.surface.export.split('.');
  const load = programOf({ assert: '' }, spec).trimEnd();
  const python = spec.language === 'python';
  const text = (value: unknown) => (python ? pythonText(value) : javascriptText(inLanguage(value, spec.language)));
  const made = python ? `${head}()` : `new ${head}()`;
  const call = `${method ? `${made}.${method}` : head}(${trial.args.map(text).join(', ')})`;
  return { kind: kindOf(spec), text: `${load}\n${python ? body.python(call) : body.javascript(call)}` };
}

function quoted(words: string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
