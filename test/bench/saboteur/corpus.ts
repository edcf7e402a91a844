/**
 * The seeded-defect corpus as changes: every program with its defects and its right variants, each as base, head and spec. A wrong entry – an edit that is nowhere or at
 * two places – is one clear error. Nothing in here judges anything.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Spec } from '../../../app/core/spec.ts';
import { textFile, textOf, type Tree } from '../../../app/core/tree.ts';
import { parseTagged } from '../../../app/consensus/values.ts';
import { scaffoldOf } from './scaffold.ts';

export const halves = ['development', 'heldout'] as const;
export type Half = (typeof halves)[number];
export const languages = ['python', 'javascript'] as const;

const Change = z.strictObject({
  id: z.string(), class: z.string().optional(), kind: z.string().optional(), base: z.literal('none').optional(), code: z.string().optional(), edits: z.array(z.array(z.string()).length(2)).optional(),
  put: z.record(z.string(), z.string()).optional(), drop: z.array(z.string()).optional(), edit: z.array(z.string()).length(3).optional(),
});
type Change = z.infer<typeof Change>;
export const Program = z.strictObject({
  program: z.string(), language: z.enum(['python', 'javascript', 'typescript']), module: z.string(), export: z.string().optional(), command: z.array(z.string()).optional(),
  title: z.string(), text: z.string(), timeoutMs: z.number().optional(), code: z.string(),
  criteria: z.record(z.string(), z.array(z.unknown())), defects: z.array(z.union([Change, z.array(z.string())])), right: z.array(z.union([Change, z.array(z.string())])),
});
export type Program = z.infer<typeof Program>;

export interface Case {
  /** `program/defect`. */
  id: string;
  half: Half;
  language: Spec['language'];
  expected: 'defect' | 'right';
  class: string;
  kind: string;
  spec: Spec;
  base: Tree;
  head: Tree;
}

const folder = join(import.meta.dirname, '../../corpora/saboteur');

export function corpus(half: Half): Case[] {
  return languages.flatMap((language) => z.array(Program).parse(parse(readFileSync(join(folder, half, `${language}.yaml`), 'utf8')))).flatMap((program) => casesOf(program, half));
}

export function casesOf(program: Program, half: Half): Case[] {
  const spec = specOf(program);
  const whole: Tree = { ...scaffoldOf(program, spec), [program.module]: textFile(program.code) };
  const common = { half, language: program.language, spec };
  const change = (one: Change) => ({ id: `${program.program}/${one.id}`, ...common, base: one.base === 'none' ? {} : whole, head: headOf(one, { program, whole }) });
  const defects = program.defects.map((entry) => (Array.isArray(entry) ? changeOf(entry.slice(0, 3), entry.slice(3)) : entry));
  const right = program.right.map((entry) => (Array.isArray(entry) ? changeOf([entry[0] ?? '', 'none', 'refactoring'], entry.slice(1)) : entry));
  return [
    ...defects.map((one): Case => ({ ...change(one), expected: 'defect', class: one.class ?? '', kind: one.kind ?? '' })),
    ...[...right, ...movedOf(program)].map((one): Case => ({ ...change(one), expected: 'right', class: 'none', kind: one.kind ?? 'right' })),
  ];
}

function specOf(program: Program): Spec {
  const surface = program.command ? { kind: 'cli', command: program.command } : { kind: 'function', module: program.module, export: program.export };
  const criteria = Object.entries(program.criteria).map(([id, [text, ...tests]]) => ({ id, text, tests: tests.map((test) => testOf(test, program)) }));
  const { title, text, language, timeoutMs } = program;
  return Spec.parse({ version: 1, id: program.program, title, text, language, surface, criteria, timeoutMs: timeoutMs ?? 2000 });
}

function testOf(test: unknown, program: Program): unknown {
  const [given, expect] = z.tuple([z.unknown(), z.unknown()]).parse(test);
  return program.command ? { stdin: given, expect } : parseTagged(JSON.stringify({ args: given, expect }));
}

function changeOf([id = '', kind = '', why = '']: string[], pairs: string[]): Change {
  return { id, class: kind, kind: why, edits: Array.from({ length: pairs.length / 2 }, (_, at) => pairs.slice(at * 2, at * 2 + 2)) };
}

/** The implementation in a file of its own, the module only hands it on. */
function movedOf(program: Program): Change[] {
  if (!program.export) return [];
  const [name = ''] = program.export.split('.');
  const inner = program.module.replace(/^(\w+)/, '$1_parts');
  const hands = program.language === 'python' ? `from ${inner.replace('.py', '')} import ${name}\n\n__all__ = ["${name}"]\n` : `export { ${name} } from './${inner}';\n`;
  return [{ id: 'moved', kind: 'refactoring', code: hands, put: { [inner]: program.code } }];
}

function headOf(change: Change, { program, whole }: { program: Program; whole: Tree }): Tree {
  const test = Object.keys(whole).find((path) => /test_|\.test\./.test(path)) ?? '';
  const named = (path: string) => (path === '$test' ? test : path);
  const head: Tree = { ...whole };
  let code = change.code ?? program.code;
  for (const [from = '', to = ''] of change.edits ?? []) code = replaced(code, { from, to, where: `${program.program}/${change.id}` });
  head[program.module] = textFile(code);
  for (const [path, text] of Object.entries(change.put ?? {})) head[path] = textFile(text);
  for (const path of change.drop ?? []) delete head[named(path)];
  if (change.edit) {
    const [path = '', from = '', to = ''] = change.edit;
    head[named(path)] = textFile(replaced(textOf(head[named(path)]) ?? '', { from, to, where: `${program.program}/${change.id}` }));
  }
  return head;
}

function replaced(text: string, { from, to, where }: { from: string; to: string; where: string }): string {
  const count = text.split(from).length - 1;
  if (count !== 1) throw new Error(`${where}: ${JSON.stringify(from)} stands ${count} times in ${JSON.stringify(text)}`);
  return text.replace(from, () => to);
}
