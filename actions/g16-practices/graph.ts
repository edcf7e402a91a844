/** Who imports whom, when the program runs: imports of types alone are left out. Read from the text, file by file, when a question needs it. */
import { dirname, join, normalize } from 'node:path/posix';
import type { GuardFacts } from '../../app/core/guardrail.ts';

export interface Import {
  /** A path of the repository where it can be told, else the module as written. */
  to: string;
  line: number;
}

type Files = Pick<GuardFacts, 'paths' | 'read'>;

const statement = /^[ \t]*(?:import|export)\b(\s{1,20}type\s)?([^'"`;]{0,3000}?)\bfrom\s*(['"])([^'"\n]{1,300})\3|^[ \t]*import\s{0,20}(['"])([^'"\n]{1,300})\5|\brequire\(\s*(['"])([^'"\n]{1,300})\7\s*\)/gm;
const extensions = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '/index.ts', '/index.tsx', '/index.js', '/index.mjs'];

export function graphOf({ paths, read }: Files): { importsOf(path: string, text?: string): Import[] } {
  const known = new Set(paths);
  const seen = new Map<string, Import[]>();
  return {
    importsOf: (path, text) => {
      const found = seen.get(path) ?? importsIn({ path, text: text ?? read(path) ?? '' }, known);
      seen.set(path, found);
      return found;
    },
  };
}

function importsIn(file: { path: string; text: string }, known: ReadonlySet<string>): Import[] {
  return /\.pyw?$/i.test(file.path) ? pythonImports(file, known) : scriptImports(file, known);
}

function scriptImports({ path, text }: { path: string; text: string }, known: ReadonlySet<string>): Import[] {
  return [...text.matchAll(statement)].flatMap((match): Import[] => {
    const module = match[4] ?? match[6] ?? match[8]!;
    if (match[1] !== undefined || onlyTypes(match[2])) return [];
    return [{ to: resolved(path, module, known), line: lineAt(text, match.index + match[0].length) }];
  });
}

function onlyTypes(names: string | undefined): boolean {
  const listed = /^\s*\{([^}]*)\}\s*$/.exec(names ?? '')?.[1];
  return listed !== undefined && listed.trim() !== '' && listed.split(',').filter((name) => name.trim() !== '').every((name) => /^\s*type\s/.test(name));
}

function resolved(path: string, module: string, known: ReadonlySet<string>): string {
  if (!module.startsWith('.')) return module;
  const target = normalize(join(dirname(path), module.replace(/[?#].*$/, '')));
  const bare = target.replace(/\.([cm]?)jsx?$/, '');
  return [...extensions.map((extension) => `${target}${extension}`), ...['.ts', '.tsx', '.mts', '.cts'].map((extension) => `${bare}${extension}`)].find((each) => known.has(each)) ?? target;
}

/** Imports at the top of the module; one inside a function or under TYPE_CHECKING is there to break a cycle. */
function pythonImports({ path, text }: { path: string; text: string }, known: ReadonlySet<string>): Import[] {
  return text.split('\n').flatMap((line, index): Import[] => {
    const from = /^from\s+(\.*)([\w.]*)\s+import\s+\(?\s*([\w, ]*)/.exec(line);
    const plain = /^import\s+([\w.]+)/.exec(line);
    const modules = from ? pythonModules(path, { dots: from[1]!, module: from[2]!, names: from[3]! }, known) : plain ? [pythonFile(plain[1]!.replaceAll('.', '/'), known) ?? plain[1]!] : [];
    return modules.map((to) => ({ to, line: index + 1 }));
  });
}

function pythonModules(path: string, { dots, module, names }: { dots: string; module: string; names: string }, known: ReadonlySet<string>): string[] {
  if (dots === '') return [pythonFile(module.replaceAll('.', '/'), known) ?? module];
  const folder = path.split('/').slice(0, -dots.length).join('/');
  const target = [folder, ...module.split('.')].filter((part) => part !== '').join('/');
  if (module !== '') return [pythonFile(target, known) ?? target];
  return names.split(',').map((name) => name.trim().split(' ')[0]!).filter((name) => name !== '').map((name) => pythonFile(`${target}/${name}`, known) ?? `${target}/__init__.py`);
}

function pythonFile(module: string, known: ReadonlySet<string>): string | null {
  return [`${module}.py`, `src/${module}.py`, `${module}/__init__.py`, `src/${module}/__init__.py`].find((each) => known.has(each)) ?? null;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
