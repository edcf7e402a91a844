import { describe, expect, it } from 'vitest';
import type { Finding, GuardReport } from '../../app/core/finding.ts';
import type { Annotation } from '../../app/core/ports/github.ts';
import { maxSummaryBytes, problemSummary, shownOnLines, toSummary } from './summary.ts';

const finding = (more: Partial<Finding> = {}): Finding => ({ code: 'EMPTY_BODY', path: 'src/a.ts', startLine: 3, endLine: 3, severity: 'high', message: 'f has an empty body', remedy: 'Write it.', fingerprint: 'a'.repeat(40), ...more });
function report(findings: Finding[]): GuardReport {
  const result = { tool: { name: 'ast-grep', version: '1.0.0' }, engines: [], inFixtures: 0, mode: 'enforce' as const };
  return {
    version: 1, outcome: 'fail', base: 'b'.repeat(40), head: 'c'.repeat(40), durationMs: 70,
    guardrails: [{ ...result, id: 'G01', slug: 'placeholders', outcome: 'fail', ms: 60, findings }, { ...result, id: 'G02', slug: 'secrets', outcome: 'not_applicable', ms: 0, findings: [finding({ code: 'NOTHING_APPLIES' })] }],
  };
}

describe('the job summary', () => {
  it('shows the table first, then the slowest, then the findings', () => {
    const text = toSummary(report([finding()]));
    const order = ['## Assay: fail', '| G01 placeholders | fail | 1 | 60 |', '| G02 secrets | not_applicable | 0 | 0 |', 'the longest was G01 placeholders with 60 ms', '**G01 EMPTY\\_BODY**'.replace('\\', ''), 'src/a.ts:3'];
    expect(order.map((each) => text.indexOf(each)).every((at, index, all) => at >= 0 && (index === 0 || at > all[index - 1]!)), text).toBe(true);
    expect(text).not.toContain('NOTHING_APPLIES');
  });

  it('lets no finding speak Markdown, HTML or to the runner', () => {
    const text = toSummary(report([finding({ path: 'a|b<img src=x>.ts', message: '::add-mask::x <script>alert(1)</script> [click](https://example.org) @everyone\n## pass' })]));
    expect(text).not.toMatch(/::add-mask|(^|[^\\])<(script|img)|(^|[^\\])\[click|@everyone|\n## pass/);
  });

  it('stays under the limit and says how many findings are left out', () => {
    const text = toSummary(report(Array.from({ length: 3000 }, (_, i) => finding({ startLine: i + 1, message: 'é'.repeat(300) }))));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxSummaryBytes);
    const listed = text.split('\n- **').length - 1;
    expect(text).toContain(`${3000 - listed} more findings are in the SARIF file.`);
  });

  it('says that a pack has nothing of this kind, and what went wrong where there is no report', () => {
    expect(toSummary({ ...report([]), guardrails: [] })).toContain('No guardrail of this kind');
    expect(problemSummary({ code: 'CONFIG_X', message: '<b>', remedy: 'Mend it.' })).toContain('&#60;b&#62;');
  });
});

it('annotates at most ten of each level, the first of each', () => {
  const annotation = (level: Annotation['level'], index: number): Annotation => ({ path: 'a', startLine: index, endLine: index, level, title: 't', message: 'm' });
  const shown = shownOnLines([...Array.from({ length: 25 }, (_, i) => annotation('notice', i)), ...Array.from({ length: 12 }, (_, i) => annotation('failure', i))]);
  expect(shown.map(({ level }) => level)).toEqual([...new Array<string>(10).fill('failure'), ...new Array<string>(10).fill('notice')]);
  expect(shown[0]?.startLine).toBe(0);
});
