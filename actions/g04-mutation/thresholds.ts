/** Numbers that decide whether tests suffice, in configuration of base and head: a coverage or mutation threshold that falls, a test command that can no longer fail. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';

const files = /(^|\/)(package\.json|(jest|vitest|vite|karma|stryker|playwright)\.(config|conf)\.[\w.]+|\.(nyc|c8|mocha)rc(\.\w+)?|stryker\.conf\.\w+|codecov\.ya?ml|\.codecov\.ya?ml|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|\.coveragerc|Makefile|[^/]+\.sh)$|(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;
const lower = /["']?\b(lines|branches|functions|statements|fail_under|fail-under|cov-fail-under|check-coverage|minimum_coverage|break|global_threshold)["']?\s*[:=\s]\s*["']?(\d{1,3}(?:\.\d+)?)\b/g;
const higher = /["']?\b(testTimeout|retries|reruns|retry)["']?\s*[:=\s]\s*["']?(\d{1,7})\b/g;
const toothless = /\|\|\s*(true|:|exit 0)(?![\w.])|--passWithNoTests\b|--pass-with-no-tests\b|\bset \+e\b|--forceExit\b.*\|\||continue-on-error:\s*true/;

export function thresholds(facts: GuardFacts): RawFinding[] {
  return facts.changed.filter((file) => file.baseText !== null && files.test(file.path)).flatMap((file) => [...fallen(file), ...raised(file), ...lostTeeth(file)]);
}

interface Value { key: string; value: number; line: number }

function values(text: string, pattern: RegExp): Value[] {
  return text.split('\n').flatMap((line, index) => [...line.slice(0, 2000).matchAll(pattern)].map((match) => ({ key: match[1]!, value: Number(match[2]), line: index + 1 })));
}

function fallen(file: ChangedText): RawFinding[] {
  return differing(file, lower).filter(({ was, is }) => is < was).map((each) => finding(file, each));
}

function raised(file: ChangedText): RawFinding[] {
  return differing(file, higher).filter(({ was, is }) => is > was).map((each) => ({ ...finding(file, each), severity: 'info' }));
}

function finding(file: ChangedText, { key, was, is, line }: { key: string; was: number; is: number; line: number }): RawFinding {
  return { code: 'THRESHOLD_LOOSENED', path: file.path, startLine: line, endLine: line, values: { what: `${key} went from ${was} to ${is}` } };
}

/** The n-th value of a key against the n-th of base, where there are as many; a key that is gone counts where it stood for the whole file. */
function differing(file: ChangedText, pattern: RegExp): { key: string; was: number; is: number; line: number }[] {
  const [before, after] = [values(file.baseText!, pattern), values(file.text, pattern)];
  return [...new Set(before.map(({ key }) => key))].flatMap((key) => {
    const [old, now] = [before.filter((each) => each.key === key), after.filter((each) => each.key === key)];
    if (now.length === 0 && /fail.under|check-coverage/.test(key)) return [{ key, was: old[0]!.value, is: 0, line: 0 }];
    return old.length !== now.length ? [] : old.flatMap((each, at) => (each.value === now[at]!.value ? [] : [{ key, was: each.value, is: now[at]!.value, line: now[at]!.line }]));
  });
}

/** A line that runs tests and swallows their result, where base did not. */
function lostTeeth(file: ChangedText): RawFinding[] {
  const known = new Set(file.baseText!.split('\n').map((line) => line.trim()));
  return file.text.split('\n').flatMap((line, index): RawFinding[] => {
    const short = line.slice(0, 2000);
    if (known.has(line.trim()) || !toothless.test(short) || !/\b(test|jest|vitest|mocha|pytest|unittest|tox|nox|cov)/i.test(short)) return [];
    return [{ code: 'TEST_COMMAND_TOOTHLESS', path: file.path, startLine: index + 1, endLine: index + 1, values: { what: line.trim().slice(0, 120) } }];
  });
}
