/**
 * Tests of head against the same tests of base: deleted, emptied of assertions, or asserting less than before. A test that moved or was renamed, and tests of
 * code that the change takes away too, are no weakening.
 */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import type { TestFact } from './hit.ts';
import { isProduction, isTest } from '../../app/core/test-paths.ts';
import { factsOf } from './reading.ts';
import { loosened, strong } from './strength.ts';

interface Side {
  path: string;
  tests: TestFact[];
}

export function compared(facts: GuardFacts): RawFinding[] {
  if (facts.all) return [];
  const onBase: GuardFacts = { ...facts, read: facts.readBase };
  const files = facts.changed.filter((file) => isTest(file.path));
  const gone = facts.removed.filter((file) => isTest(file.path));
  const before: Side[] = [
    ...files.flatMap(({ path, baseText }) => (baseText === null ? [] : [{ path, tests: factsOf(onBase, { path, text: baseText }).tests }])),
    ...gone.map(({ path, baseText }) => ({ path, tests: factsOf(onBase, { path, text: baseText }).tests })),
  ];
  if (before.length === 0) return [];
  const after: Side[] = files.map(({ path, text }) => ({ path, tests: factsOf(facts, { path, text }).tests }));
  return [...weakened(before, after), ...missing(facts, { before, after })];
}

/** The same test in the same file, with fewer or weaker assertions. What it lost may have moved to a test that is new in that file. */
function weakened(before: readonly Side[], after: readonly Side[]): RawFinding[] {
  return before.flatMap(({ path, tests }) => {
    const now = after.find((side) => side.path === path)?.tests ?? [];
    const known = new Set(tests.map((test) => test.title));
    const moved = new Set(now.filter((test) => !known.has(test.title)).flatMap((test) => test.asserts.map(squeezed)));
    return pairs(tests, now).flatMap(([old, own]): RawFinding[] => {
      const kept = new Set(own.asserts.map(squeezed));
      const lost = old.asserts.filter((each) => !kept.has(squeezed(each)) && !moved.has(squeezed(each)));
      const place = { path, startLine: own.startLine, endLine: own.endLine };
      if (own.asserts.length + moved.size < old.asserts.length && lost.length > 0) return [{ code: 'ASSERTIONS_REMOVED', ...place, values: { name: own.title, before: old.asserts.length, after: own.asserts.length } }];
      const weaker = strong(old.asserts) > strong(own.asserts) && own.asserts.length <= old.asserts.length && lost.length > 0;
      if (weaker) return [{ code: 'ASSERTION_WEAKENED', ...place, values: { name: own.title, what: lost[0]!.slice(0, 120) } }];
      const tolerance = loosened(old.asserts, own.asserts);
      return tolerance === null ? [] : [{ code: 'TOLERANCE_LOOSENED', ...place, values: { name: own.title, what: tolerance } }];
    });
  });
}

/** Tests with the same title, the first with the first. */
function pairs(old: readonly TestFact[], now: readonly TestFact[]): [TestFact, TestFact][] {
  const free = [...now];
  return old.flatMap((test): [TestFact, TestFact][] => {
    const at = free.findIndex((each) => each.title === test.title);
    return at < 0 ? [] : [[test, free.splice(at, 1)[0]!]];
  });
}

/** Tests of base that are nowhere on head, where nothing came in their place. Beside removed production code they may be right to go: reported, not held against it. */
function missing(facts: GuardFacts, { before, after }: { before: Side[]; after: Side[] }): RawFinding[] {
  const titles = new Set(after.flatMap((side) => side.tests.map((test) => test.title)));
  const total = (sides: readonly Side[]): number => sides.reduce((sum, side) => sum + side.tests.reduce((count, test) => count + Math.max(1, test.asserts.length), 0), 0);
  if (total(after) >= total(before)) return [];
  const codeWent = facts.removed.some((file) => isProduction(file.path)) || facts.changed.some((file) => isProduction(file.path) && file.baseText !== null && lostLines(file.baseText, file.text));
  return before.flatMap(({ path, tests }): RawFinding[] => {
    const lost = tests.filter((test) => !titles.has(test.title));
    if (lost.length === 0) return [];
    const whole = !after.some((side) => side.path === path);
    return [{ code: whole ? 'TEST_FILE_DELETED' : 'TESTS_DELETED', path, startLine: 0, endLine: 0, values: { count: lost.length, name: lost[0]!.title.slice(0, 100) }, ...(codeWent ? { severity: 'info' as const } : {}) }];
  });
}

/** More went than came: the change takes code away. */
function lostLines(before: string, after: string): boolean {
  return after.split('\n').length < before.split('\n').length;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}
