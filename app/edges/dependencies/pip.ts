/**
 * pip: a lock of uv, Poetry, PDM or Pipenv, or requirement files whose every line names one version and its hashes. They are read and written anew, so that no option,
 * address or further file of the change reaches the client; only wheels are taken, because building a source runs its code.
 */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { sha256 } from '../../core/digest.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { Plan } from './fetch.ts';
import { lockedLines, pythonLocks } from './python-locks.ts';
import { invalid, noHash, noLock, refused } from './refusal.ts';

const lockFiles = /^(requirements([-_.](dev|test|tests|testing|lock))?|(dev|test)[-_]requirements)\.txt$|^requirements\.lock$|^requirements\/(base|main|prod|test|tests|dev)\.txt$/;
const remedy = 'Pin every package with its hashes, for example: uv pip compile --generate-hashes requirements.in -o requirements.txt';

export function isPythonLock(path: string): boolean {
  return lockFiles.test(path) || pythonLocks.includes(path);
}

export function pipPlan(tree: Tree): Plan | null {
  const lock = pythonLocks.find((name) => textOf(tree[name]) !== undefined);
  const lines = lock === undefined ? fromRequirements(tree) : [...new Set(lockedLines(tree, lock))].sort();
  if (lines.length === 0) {
    if (lock !== undefined || declared(tree) === 0) return null;
    throw noLock('pyproject.toml', remedy);
  }
  const text = `${lines.join('\n')}\n`;
  return {
    key: sha256(JSON.stringify([text, process.platform, process.arch])).slice(0, 40), files: { 'requirements.txt': text }, keeps: 'packages',
    argv: ['python3', '-m', 'pip', 'install', '--require-hashes', '--only-binary', ':all:', '--no-input', '--disable-pip-version-check', '--quiet', '--target', '{folder}/packages', '-r', '{folder}/requirements.txt'],
    fetched: (folder) => ({ mounts: [{ host: folder, inside: '/deps/python' }], env: { PYTHONPATH: '/deps/python' } }),
  };
}

function fromRequirements(tree: Tree): string[] {
  const texts = Object.keys(tree).filter((path) => lockFiles.test(path)).sort().map((path) => textOf(tree[path]) ?? '');
  return [...new Set(texts.flatMap(requirements))];
}

const one = /^([A-Za-z0-9][\w.-]*(?:\[[\w,.\s-]*\])?)\s*==\s*([\w.!+-]+)\s*(;[^#]*?)?((?:\s+--hash=sha(?:256|384|512):[0-9a-f]+)*)\s*$/;

function requirements(text: string): string[] {
  const joined = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
  return joined.map((line) => {
    const found = one.exec(line.replace(/\s+/g, ' '));
    if (found && found[4] !== '') return `${found[1]}==${found[2]}${found[3] ? ` ${found[3].trim()}` : ''}${found[4]}`;
    if (/^-|:\/\/|^\.{0,2}\/|\s@\s|@\s*(git|https?|file)\b/.test(line)) throw refused(line);
    throw noHash(line, remedy);
  });
}

const Project = z.looseObject({ project: z.looseObject({ dependencies: z.array(z.string()).default([]) }).optional(), tool: z.looseObject({ poetry: z.looseObject({ dependencies: z.record(z.string(), z.unknown()).default({}) }).optional() }).optional() });

function declared(tree: Tree): number {
  const text = textOf(tree['pyproject.toml']);
  if (text === undefined) return 0;
  try {
    const { project, tool } = Project.parse(parse(text));
    return (project?.dependencies.length ?? 0) + Object.keys(tool?.poetry?.dependencies ?? {}).filter((name) => name !== 'python').length;
  } catch (cause) {
    throw invalid('pyproject.toml', cause);
  }
}
