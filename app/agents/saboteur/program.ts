/** The program of a behavioural suspicion: run beside the change, it exits 0 where the expected behaviour is there and not 0 where it is not. */
import type { CriterionTest, Spec } from '../../core/spec.ts';
import type { Behaviour, Trial } from '../../consensus/behaviour.ts';
import { javascriptText, programOf, pythonText } from '../../consensus/reproducer.ts';
import { inLanguage } from '../../consensus/values.ts';
import { isStarted, startedSame, startedSteady, startedTest } from './started-program.ts';
import type { Program } from './suspicion.ts';

function kindOf(spec: Spec): Program['kind'] {
  if (spec.surface?.kind === 'cli') return 'sh';
  return spec.language === 'python' ? 'py' : 'mjs';
}

export function testProgram(test: CriterionTest, spec: Spec): Program {
  if (isStarted(spec)) return startedTest(test, spec);
  return { kind: kindOf(spec), text: programOf(test, spec) };
}

/** Expects that the trial behaves as it was seen to behave elsewhere. */
export function sameAsProgram(trial: Trial, expected: Behaviour, spec: Spec): Program {
  if (isStarted(spec)) return startedSame(trial, expected, spec);
  if ('args' in trial && expected.s === 'value') return testProgram({ args: trial.args, expect: expected.value }, spec);
  if ('args' in trial && expected.s === 'raise') return raisesProgram(trial.args, expected.class, spec);
  if ('stdin' in trial && expected.s === 'exit') return testProgram({ stdin: trial.stdin, expect: expected.out }, spec);
  return answersProgram(trial, spec);
}

/** Expects any answer at all, in time. */
export function answersProgram(trial: Trial, spec: Spec): Program {
  if (isStarted(spec)) return startedSame(trial, { s: 'unclear' }, spec);
  if ('stdin' in trial && spec.surface?.kind === 'cli') {
    const [shell, command] = [quoted([trial.stdin]), quoted(spec.surface.command)];
    return { kind: 'sh', text: `#!/bin/sh\nprintf %s ${shell} | ${command} > /dev/null\n` };
  }
  return called(trial, spec, { javascript: (call) => `await ${call};\n`, python: (call) => `${call}\n` });
}

/** Expects the same answer from five calls. */
export function steadyProgram(trial: Trial, spec: Spec): Program {
  if (isStarted(spec)) return startedSteady(trial, spec);
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

function called(trial: Trial, spec: Spec, body: Body): Program {
  if (spec.surface?.kind !== 'function' || !('args' in trial)) return { kind: kindOf(spec), text: '' };
  const call = callText(spec, argumentTexts(trial.args, spec));
  return { kind: kindOf(spec), text: `${loading(spec)}\n${spec.language === 'python' ? body.python(call) : body.javascript(call)}` };
}

/** Each argument as source text of the spec's language. */
export function argumentTexts(args: unknown[], spec: Spec): string[] {
  return args.map((value) => (spec.language === 'python' ? pythonText(value) : javascriptText(inLanguage(value, spec.language))));
}

/** One call of a function surface as source; a method gets an object of its own. */
export function callText(spec: Spec, args: string[]): string {
  if (spec.surface?.kind !== 'function') return '';
  const [head = '', method] = spec.surface.export.split('.');
  const made = spec.language === 'python' ? `${head}()` : `new ${head}()`;
  return `${method ? `${made}.${method}` : head}(${args.join(', ')})`;
}

/** Lines of both languages around the surface: `javascript` may await. The module is loaded before them. */
export function surfaceProgram(spec: Spec, lines: { javascript: string; python: string }): Program {
  return { kind: kindOf(spec), text: `${loading(spec)}\n${spec.language === 'python' ? lines.python : lines.javascript}` };
}

/** A test without content gives the lines that load the module. */
function loading(spec: Spec): string {
  return programOf({ assert: '' }, spec).trimEnd();
}

function quoted(words: string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
