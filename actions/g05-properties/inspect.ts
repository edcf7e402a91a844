/**
 * G05: functions over their complexity budget, criteria that ask for a property test and have none, and properties that the sandbox falsified. The number and the
 * counterexample are facts; what a spec outside of repository and pull request asks for is not known here.
 */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { notRun, packageAnswers } from '../../app/core/package-answers.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { asked } from './asked.ts';
import { tooComplex } from './budget.ts';
import { propertyTest } from '../../app/core/property-tests.ts';
import { settingsOf } from './settings.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsOf(facts.settings);
  if ('code' in settings) return [settings];
  return [...tooComplex(facts, settings), ...missing(facts), ...falsified(facts)];
}

function missing(facts: GuardFacts): RawFinding[] {
  const wanted = asked(facts);
  if (wanted.length === 0) return [];
  const changed = new Set(facts.changed.map(({ path }) => path));
  const tests = facts.paths.flatMap((path) => {
    const text = propertyTest(path, facts.read(path) ?? '');
    return text === null ? [] : [{ text, changed: changed.has(path) }];
  });
  const speaks = (about: readonly string[]) => tests.some((test) => (about.length === 0 ? test.changed : about.some((name) => words(test.text).has(name))));
  return wanted.filter(({ about }) => !speaks(about)).map(({ criterion, path, about }) => ({
    code: 'PROPERTY_TEST_MISSING', path, startLine: 0, endLine: 0, values: { criterion, about: about.join(' or ') || 'the change' },
  }));
}

/** Names as a program writes them; a file name counts as one word, too. */
function words(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/[\w$]+(?:\.[\w$]+)*/g)].flatMap(([word]) => [word, ...word.split('.')]));
}

const Ran = z.strictObject({
  held: z.number().optional(),
  falsified: z.array(z.strictObject({ path: z.string(), counterexample: z.string() })),
  failed: z.array(z.strictObject({ path: z.string(), words: z.string() })),
  notRun: z.array(z.string()),
  seed: z.number(),
});

function falsified(facts: GuardFacts): RawFinding[] {
  const answer = facts.tools.properties;
  if (!answered(answer) || answer.data === null) return [];
  return packageAnswers(answer.data).flatMap((each) => (each.why !== null ? [notRun(each)] : each.data === null ? [] : told(Ran.parse(each.data))));
}

function told(ran: z.infer<typeof Ran>): RawFinding[] {
  const at = (path: string) => ({ path, startLine: 0, endLine: 0 });
  return [
    ...ran.falsified.map(({ path, counterexample }): RawFinding => ({ code: 'PROPERTY_FALSIFIED', ...at(path), values: { counterexample, seed: ran.seed } })),
    ...ran.failed.map(({ path, words: said }): RawFinding => ({ code: 'PROPERTY_TESTS_FAIL', ...at(path), error: true, values: { words: said } })),
    ...ran.notRun.map((path): RawFinding => ({ code: 'PROPERTY_NOT_RUN', ...at(path), error: true })),
  ];
}
