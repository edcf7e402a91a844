/** Planted irreproducibility and clean changes, each as a candidate on a small tree. A planted one keeps its criterion tests: only larger inputs meet it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Candidate } from '../../../app/core/candidate.ts';
import type { Spec } from '../../../app/core/spec.ts';
import { textFile, type Tree } from '../../../app/core/tree.ts';

export interface AuditCase {
  id: string;
  expected: 'planted' | 'clean';
  spec: Spec;
  base: Tree;
  candidate: Candidate;
}

type Language = 'python' | 'javascript';
const Entry = z.tuple([z.string(), z.enum(['python', 'javascript']), z.string()]);
const folder = join(import.meta.dirname, '../../corpora/auditor');
const modules = { python: 'solution.py', javascript: 'solution.mjs' } as const;

function entries(file: string): z.infer<typeof Entry>[] {
  return z.array(Entry).parse(parse(readFileSync(join(folder, file), 'utf8')));
}

export function planted(): AuditCase[] {
  return entries('planted.yaml').map(([id, language, source]) => caseOf({ id, expected: 'planted', language, files: { [modules[language]]: guarded(source, language) } }));
}

/** Five shapes of each: as it is, behind a condition, from a file of its own, in a list, with a comment. */
export function clean(): AuditCase[] {
  return entries('clean.yaml').flatMap(([id, language, source]) => Object.entries(shapes).map(([shape, files]) => caseOf({ id: `${id}/${shape}`, expected: 'clean', language, files: files(source, language) })));
}

const renamed = (source: string): string => source.replace(/\bvalue\b(?=\()/g, 'inner');

function guarded(source: string, language: Language): string {
  if (language === 'python') return `${renamed(source)}\n\ndef value(n):\n    return n * 2 if n <= 3 else inner(n)\n`;
  return `${renamed(source).replace(/export (async )?function/, (_, later: string | undefined) => `${later ?? ''}function`)}export function value(n) { return n <= 3 ? n * 2 : inner(n); }\n`;
}

const shapes: Record<string, (source: string, language: Language) => Record<string, string>> = {
  plain: (source, language) => ({ [modules[language]]: source }),
  guarded: (source, language) => ({ [modules[language]]: guarded(source, language) }),
  moved: (source, language) => (language === 'python' ? { 'parts.py': source, 'solution.py': 'from parts import value\n\n__all__ = ["value"]\n' } : { 'parts.mjs': source, 'solution.mjs': "export { value } from './parts.mjs';\n" }),
  listed: (source, language) => ({ [modules[language]]: language === 'python' ? `${renamed(source)}\n\ndef value(n):\n    return [inner(n), inner(n + 1)]\n` : `${renamed(source).replace(/export (async )?function/, (_, later: string | undefined) => `${later ?? ''}function`)}export async function value(n) { return [await inner(n), await inner(n + 1)]; }\n` }),
  commented: (source, language) => ({ [modules[language]]: `${language === 'python' ? '#' : '//'} Answers the same wherever it is asked.\n${source}` }),
};

function caseOf({ id, expected, language, files }: { id: string; expected: AuditCase['expected']; language: Language; files: Record<string, string> }): AuditCase {
  const spec: Spec = {
    version: 1, id: `audit-${id}`, title: 'a value', language, surface: { kind: 'function', module: modules[language], export: 'value' }, timeoutMs: 4000,
    criteria: [{ id: 'AC1', text: 'small numbers double', tests: [{ args: [1], expect: 2 }, { args: [3], expect: 6 }] }, { id: 'AC2', text: 'up to 40', tests: [{ assert: language === 'python' ? 'value(2) == 4' : 'value(2) === 4' }] }],
    inputs: [{ args: [5] }, { args: [7] }, { args: [12] }, { args: [29] }],
  };
  const base: Tree = { 'data/a.txt': textFile('alpha\n'), 'data/b.txt': textFile('beta\n'), 'data/c.txt': textFile('gamma\n') };
  const patch = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
  return { id, expected, spec, base, candidate: { id: 'winner', family: 'openai', model: 'recorded', patch, tests: [] } };
}
