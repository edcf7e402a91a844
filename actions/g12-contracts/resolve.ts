/** A relative import → the file of the repository it means; null: none. */
import { dirname, join, normalize } from 'node:path/posix';

const code = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'];
const endings = ['', ...code.map((each) => `.${each}`), '.d.ts', '.d.mts', '.json', '.vue', '.svelte', '.node', ...code.map((each) => `/index.${each}`), '/index.d.ts', '/package.json'];

export function resolvePath(from: string, module: string, known: ReadonlySet<string>): string | null {
  const target = targetOf(from, module);
  const bare = target.replace(/\.([cm]?)jsx?$/, '');
  const candidates = [...endings.map((ending) => `${target}${ending}`), ...(bare === target ? [] : ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.d.mts', '.d.cts', '.jsx'].map((ending) => `${bare}${ending}`))];
  return candidates.find((each) => known.has(each)) ?? null;
}

export function targetOf(from: string, module: string): string {
  return normalize(join(dirname(from), module.replace(/[?#].*$/, ''))).replace(/\/$/, '');
}
