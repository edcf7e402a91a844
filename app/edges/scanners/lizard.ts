/**
 * lizard for the languages that no grammar of ours reads: the complexity of each function on head and on base. It ends with 0 and no rows where it read nothing, so a file
 * of our own goes first whose row must come back. Its marks for leaving a function or a file out count for nothing.
 */
import { sep } from 'node:path';
import type { ToolFinding } from '../../core/tool-answer.ts';
import { scanner } from './scan.ts';

const known = /\.(java|c|cc|cpp|cxx|h|hpp|cs|rb|php|swift|scala|kt|kts|rs|lua|mm?|sol)$/i;
const elsewhere = /(^|\/)(node_modules|vendor|third_party|tests?|spec|testdata|dist|build|generated)\/|(Tests?|_test|_spec)\.\w+$/;
const canary = { path: 'canary/Canary.java', text: 'class Canary {\n  int sing(int n) {\n    if (n > 1) return 1;\n    return 0;\n  }\n}\n' };
/** Simple functions are nobody's question. */
const least = 5;
const maxLength = 400_000;

export const lizard = () => scanner({
  name: 'lizard', perGuardrail: false, exit: { clean: [0], findings: [0] },
  files: ({ changed }) => {
    const judged = changed.filter(({ path, text }) => known.test(path) && !elsewhere.test(path) && text.length <= maxLength);
    if (judged.length === 0) return {};
    const sides = judged.flatMap(({ path, text, baseText }) => [[`head/${path}`, unmarked(text)], ...(baseText === null || baseText.length > maxLength ? [] : [[`base/${path}`, unmarked(baseText)]])]);
    return { [canary.path]: canary.text, ...Object.fromEntries(sides) };
  },
  args: ({ folder }) => ['--csv', '--no-gitignore', folder],
  parse: ({ stdout, place }) => {
    const all = rows(stdout).map((row) => finding(row, `${place.folder}${sep}`));
    if (!all.some(({ path, rule }) => path === canary.path && rule === 'ccn:2')) throw new Error('it did not measure the function that it must find');
    return all.filter(({ path, rule }) => path !== canary.path && Number(rule.slice(4)) >= least).map((each) => ({ ...each, path: each.path.slice(5), level: each.path.slice(0, 4) }));
  },
});

/** `#lizard forgives` and `GENERATED CODE` would take functions out of the answer. Same length, so that lines stay. */
function unmarked(text: string): string {
  return text.replace(/#(\s{0,20})lizard/gi, '.$1lizard').replace(/GENERATED CODE/gi, 'generated_code');
}

/** Columns: lines of code, complexity, tokens, parameters, length, location, file, function, full name, first line, last line. */
function finding(cells: readonly string[], folder: string): ToolFinding {
  const [complexity, startLine, endLine] = [cells[1], cells[9], cells[10]].map(Number);
  const path = cells[6] ?? '';
  if (cells.length !== 11 || ![complexity, startLine, endLine].every(Number.isInteger) || !path.startsWith(folder)) throw new Error(`a row that is none: ${cells.join(',').slice(0, 120)}`);
  return { rule: `ccn:${complexity}`, path: path.slice(folder.length), startLine: startLine!, endLine: endLine!, message: (cells[7] ?? '').slice(0, 120), level: '' };
}

/** CSV with quoted cells; a quote inside is doubled. */
function rows(text: string): string[][] {
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map((cell) => (cell[1] ?? cell[2] ?? '').replaceAll('""', '"').trim()));
}
