import { expect, it } from 'vitest';
import { textFile } from '../../core/tree.ts';
import { readCoverage } from './coverage-read.ts';

const source = 'export function fee(a) {\n  if (a > 1) {\n    return 2;\n  }\n  return a;\n}\n';
const tree = { 'src/fee.js': textFile(source) };
const v8 = (functions: unknown[], more: object = {}) => JSON.stringify({ result: [{ scriptId: '1', url: 'file:///work/repo/src/fee.js', functions }], ...more });
const range = (startOffset: number, endOffset: number, count: number) => ({ startOffset, endOffset, count });
const uncovered = v8([{ functionName: 'fee', isBlockCoverage: true, ranges: [range(0, source.length, 1), range(source.indexOf('{\n    '), source.indexOf('}\n  return') + 1, 0)] }]);

it('reads what Node writes; a line that ran in one process has run', async () => {
  const one = await readCoverage({ 'a.json': uncovered }, tree);
  expect([one?.get('src/fee.js')?.get(3), one?.get('src/fee.js')?.get(5)]).toEqual([false, true]);
  const two = await readCoverage({ 'a.json': uncovered, 'b.json': v8([{ functionName: 'fee', isBlockCoverage: true, ranges: [range(0, source.length, 3)] }]) }, tree);
  expect(two?.get('src/fee.js')?.get(3)).toBe(true);
});

it('does not obey comments that take lines out of the count', async () => {
  const hidden = source.replace('  if (a', '  /* v8 ignore next 3 */\n  if (a');
  const at = (text: string) => hidden.indexOf(text);
  const report = v8([{ functionName: 'fee', isBlockCoverage: true, ranges: [range(0, hidden.length, 1), range(at('{\n    '), at('}\n  return') + 1, 0)] }]);
  expect((await readCoverage({ 'a.json': report }, { 'src/fee.js': textFile(hidden) }))?.get('src/fee.js')?.get(4)).toBe(false);
});

it('knows a file that something else ran as, but none of its lines', async () => {
  const beyond = v8([{ functionName: 'x', isBlockCoverage: true, ranges: [range(10, source.length + 400, 1)] }]);
  expect((await readCoverage({ 'a.json': beyond }, tree))?.get('src/fee.js')?.size).toBe(0);
});

it('reads Istanbul, coverage.py and lcov', async () => {
  const start = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 9 } });
  const istanbul = JSON.stringify({ '/work/repo/src/fee.js': { path: '/work/repo/src/fee.js', statementMap: { 0: start(2), 1: start(3) }, s: { 0: 4, 1: 0 }, fnMap: {}, f: {}, branchMap: {}, b: {} } });
  const python = JSON.stringify({ meta: {}, files: { 'fee.py': { executed_lines: [1, 2], missing_lines: [3] } } });
  const covered = await readCoverage({ 'i.json': istanbul, 'p.json': python, 'l.info': 'SF:src/b.js\nDA:1,1\nDA:2,0\nend_of_record\n' }, {});
  expect([...covered!].map(([path, lines]) => [path, [...lines]])).toEqual([['src/fee.js', [[2, true], [3, false]]], ['fee.py', [[1, true], [2, true], [3, false]]], ['src/b.js', [[1, true], [2, false]]]]);
});

it('takes anything else, and a report cut short, for none', async () => {
  expect(await readCoverage({}, tree)).toBeNull();
  expect(await readCoverage({ 'a.json': uncovered.slice(0, 80), 'b.json': '{"score": 1}', 'c.info': 'DA' }, tree)).toBeNull();
});
