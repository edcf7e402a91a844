/**
 * Production code that knows its tests: it asks whether a test runner runs it, or answers exactly the inputs of the tests with exactly their expected values.
 * One such answer may be a rule of the domain and is reported; two in one file are a pattern.
 */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { type Node, lines, ofKinds, parseFile, statements } from '../../app/core/syntax.ts';
import { isProduction, isTest } from '../../app/core/test-paths.ts';

const detects = /\b(JEST_WORKER_ID|VITEST_WORKER_ID|VITEST_POOL_ID|PYTEST_CURRENT_TEST|PYTEST_VERSION|NODE_TEST_CONTEXT|STRYKER_MUTATOR_WORKER)\b|["'](pytest|unittest|_pytest|nose)["']\s+in\s+sys\.modules|\btesting\.Testing\(\)|\bglobalThis\.__(vitest|jest)\w*|\btypeof\s+(jest|vitest|describe)\b/;
const maxTestText = 400_000;

export function specialCases(facts: GuardFacts): RawFinding[] {
  const files = facts.changed.filter((file) => isProduction(file.path));
  if (files.length === 0) return [];
  const lists = assertionLines(facts);
  return files.flatMap((file) => [...detection(file), ...answers(file, lists)]);
}

function detection(file: ChangedText): RawFinding[] {
  return file.text.split('\n').flatMap((line, index): RawFinding[] => {
    const found = detects.exec(line.slice(0, 2000));
    if (!found || /^\s*(\/\/|#|\*)/.test(line)) return [];
    return [{ code: 'TESTS_DETECTED', path: file.path, startLine: index + 1, endLine: index + 1, values: { what: found[0] } }];
  });
}

/** Every line of a test that mentions a value; what a special case must match. */
function assertionLines(facts: GuardFacts): string[] {
  const texts = [...new Set([...facts.changed.map((file) => file.path), ...facts.paths])].filter(isTest).map((path) => facts.changed.find((file) => file.path === path)?.text ?? facts.read(path) ?? '');
  return texts.join('\n').slice(0, maxTestText).split('\n').filter((line) => /assert|expect|equal|===?|\bis\b|\[/i.test(line));
}

function answers(file: ChangedText, tests: readonly string[]): RawFinding[] {
  const parsed = parseFile(file.path, file.text);
  if (!parsed || tests.length === 0) return [];
  const found = ofKinds(parsed.root, ['if_statement']).flatMap((statement) => {
    const [input, output] = [literalCompared(statement), literalReturned(statement)];
    if (input === null || output === null || !telling(input)) return [];
    return tests.some((line) => mentions(line, input) && mentions(line, output)) ? [{ statement, input, output }] : [];
  });
  return found.map(({ statement, input, output }) => ({ code: 'SPECIAL_CASED', path: file.path, ...lines(statement), values: { input, output }, ...(found.length > 1 ? {} : { severity: 'info' as const }) }));
}

const literals = ['string', 'number', 'integer', 'float', 'unary_expression', 'unary_operator', 'array', 'list', 'interpreted_string_literal', 'int_literal', 'float_literal'];

function literalCompared(statement: Node): string | null {
  const condition = statement.field('condition');
  const compare = condition && ofKinds(condition, ['binary_expression', 'comparison_operator']).find((each) => /^[^=!<>]+(===?)[^=]+$/.test(each.text()) && !/&&|\|\||\band\b|\bor\b/.test(each.text()));
  return compare ? statements(compare).find((each) => literals.includes(String(each.kind())))?.text() ?? null : null;
}

function literalReturned(statement: Node): string | null {
  const body = statement.field('consequence');
  const returned = body?.kind() === 'return_statement' ? body : body ? statements(body)[0] : undefined;
  if (returned?.kind() !== 'return_statement') return null;
  const value = statements(returned)[0];
  const inner = value?.kind() === 'expression_list' ? statements(value)[0] : value;
  return inner && literals.includes(String(inner.kind())) ? inner.text() : null;
}

/** A number or list that nobody writes by chance; words and small numbers are cases of honest code. */
function telling(literal: string): boolean {
  const number = Number(literal);
  return Number.isFinite(number) ? Math.abs(number) > 12 && ![100, 200, 201, 204, 301, 302, 304, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 1000, 1024, 65535].includes(Math.abs(number)) : /^\[.{4,}\]$/.test(literal) || /^["'].*[\s\d].{4,}["']$/.test(literal);
}

function mentions(line: string, literal: string): boolean {
  const text = literal.replace(/^["'](.*)["']$/, '$1');
  const at = line.indexOf(text);
  return at >= 0 && !/[\w.]/.test(line[at - 1] ?? '') && !/[\w.]/.test(line[at + text.length] ?? '');
}
