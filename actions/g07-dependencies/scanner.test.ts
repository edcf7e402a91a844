import { expect, it } from 'vitest';
import { locked } from '../../app/core/locked/package.ts';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { byScanner } from './scanner.ts';

it('takes two scanners\' word for one fault once, at the line of the entry, and a grade that nobody gave as high', () => {
  const finding = (rule: string, level: string, more: (string | null)[] = []) => ({ rule, path: 'package-lock.json', startLine: 0, endLine: 0, level, message: JSON.stringify(['npm', 'left-tree', '1.2.0', ...more]) });
  const answer = (tool: string, ...findings: object[]) => ToolAnswer.parse({ tool, version: '1', state: 'findings', findings });
  const tools = { 'osv-scanner': answer('osv-scanner', finding('GHSA-1 CVE-1', '')), grype: answer('grype', finding('CVE-1 GHSA-1', 'low', ['1.2.1']), finding('GHSA-2', 'low', ['1.3.0'])) };
  const packages = [locked({ ecosystem: 'npm', name: 'left-tree', version: '1.2.0', path: 'package-lock.json', startLine: 7 })];
  expect(byScanner({ tools }, { packages, hits: [] }).map(({ id, startLine, grade, graded, fixed, summary }) => [id, startLine, grade, graded, fixed, summary])).toEqual([
    ['GHSA-1', 7, 'high', false, null, 'found by osv-scanner alone'], ['GHSA-2', 7, 'low', true, '1.3.0', 'found by grype alone'],
  ]);
});
