/** The project's files as git tracks them (or would), and what each TypeScript file imports. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';

export const clone = fileURLToPath(new URL('../../', import.meta.url));

export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: clone, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return listed.split('\n').filter((path) => path !== '' && existsSync(join(clone, path)));
}

export interface Import {
  from: string;
  /** A path inside the project for a relative import, else the module as written. */
  to: string;
  typeOnly: boolean;
}

export function importsOf(path: string): Import[] {
  const { program } = parse(readFileSync(join(clone, path), 'utf8'), { sourceType: 'module', plugins: ['typescript'] });
  const found: Import[] = [];
  visit(program, (node) => {
    const source = node.type === 'ImportExpression' ? literal(node.source) : node.type === 'CallExpression' && typeOf(node.callee) === 'Import' ? literal(first(node.arguments)) : literal(node.source);
    if (source === null || !/^(Import|Export|CallExpression)/.test(node.type)) return;
    found.push({ from: path, to: source.startsWith('.') ? normalize(join(dirname(path), source)) : source, typeOnly: node.importKind === 'type' || node.exportKind === 'type' });
  });
  return found;
}

type Node = { type: string } & Record<string, unknown>;

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) for (const each of node) visit(each, see);
  else if (isNode(node)) {
    see(node);
    for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) visit(value, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function literal(node: unknown): string | null {
  return isNode(node) && node.type === 'StringLiteral' && typeof node.value === 'string' ? node.value : null;
}

function typeOf(node: unknown): string | null {
  return isNode(node) ? node.type : null;
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
