/**
 * Assay guards itself: every guardrail that only reads, and the complexity of G05, judges every file of this repository, by the configuration that stands in it, and none
 * objects. No waiver, no baseline. What runs code is asked about a change: .ci/guard.ts, check.yml.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { found, guard } from '../../app/cli/checkout.fixture.ts';
import { configPath, parseConfig } from '../../app/core/config.ts';
import type { GuardReport } from '../../app/core/finding.ts';
import { baselinePath } from '../../app/guardrails/baseline.ts';
import { descriptors } from '../../app/guardrails/catalogue.generated.ts';
import { clone } from './sources.ts';

/** What cannot be asked here, and why. */
const notHere: Record<string, string> = {
  G07: 'no vulnerability records can be had here, and without them it answers error',
  'cve-budget': 'as G07',
  G20: 'a repository as such has no budget',
  ...(process.env.ASSAY_REQUIRE === 'all' ? {} : { G03: 'asks registries other than that of npm' }),
};
/** Code whose own tests open sandboxes, run tools or start the command line: the only one that no test inside the sandbox need reach. */
const outside = /^(actions\/_runner|app\/(agents\/saboteur|bin|cli|consensus|edges|guardrails)\b)/;
const fixtures = /^(actions\/\*\/cases|test\/(attacks|corpora|world|recordings))\/\*\*$/;

test('the configuration names the strict pack, and as fixtures only folders that hold faults on purpose', () => {
  const config = parseConfig(readFileSync(join(clone, configPath), 'utf8'));
  expect(config.pack).toBe('strict');
  expect(config.fixtures.filter((glob) => !fixtures.test(glob))).toEqual([]);
  expect(existsSync(join(clone, baselinePath))).toBe(false);
  expect(config.testCommand).toEqual(['vitest', 'run', '--config', 'test/sandboxed.config.ts']);
  const globs = ['G04', 'coverage'].map((id) => config.guardrails[id]?.outside as string[]);
  expect(globs[0]).toEqual(globs[1]);
  expect(globs[0]!.filter((glob) => !outside.test(glob))).toEqual([]);
});

test('no guardrail objects to this repository', { timeout: 600_000 }, () => {
  const ids = descriptors.filter((each) => (each.phase === 'scan' || each.id === 'G05') && !(each.id in notHere)).map((each) => each.id);
  const { stdout, stderr } = guard(clone, '--all', '--only', ids.join(','), '--format', 'json');
  const report = JSON.parse(stdout) as GuardReport;
  const objecting = report.guardrails.filter((each) => each.outcome !== 'pass' && each.outcome !== 'not_applicable');
  expect(objecting.flatMap((each) => each.findings.filter((finding) => finding.severity !== 'info').map((finding) => `${each.id} ${finding.code} ${finding.path}:${finding.startLine} ${finding.message}`)), stderr).toEqual([]);
  expect(report.outcome).toBe('pass');
  expect(found(stdout).length).toBeGreaterThan(0);
  const counted = report.guardrails.filter((each) => each.inFixtures > 0).map((each) => `${each.id} ${each.inFixtures}`);
  process.stdout.write(`findings in fixtures: ${counted.join(', ')}\n`);
  expect(counted.length).toBeGreaterThan(0);
});
