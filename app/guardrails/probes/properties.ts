/**
 * The properties probe: runs the property tests that a change brings or that speak of what it touches, in the sandbox, with a fixed seed where the library lets it be
 * fixed, and hands out the counterexamples. A run that fails without one says nothing of its property.
 */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { propertyTest } from '../../core/property-tests.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { isProduction, isTestByName } from '../../core/test-paths.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import { textFile, textOf, type Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { type Bench, openBench } from './bench.ts';
import { type Project, projectOf } from './project.ts';

const Settings = z.looseObject({ seconds: z.number().min(1).max(3600).default(120), seed: z.number().int().default(20_261) });
const mostFiles = 12;
const seedFile = 'fixed-seed.mjs';

export function propertiesProbe(parts: ProbeParts): Probe {
  return { name: 'properties', probe: (request) => probe(request, parts) };
}

async function probe(request: ToolRequest, parts: ProbeParts): Promise<ToolAnswer> {
  const files = concerned(request);
  if (files.length === 0) return ToolAnswer.parse({ tool: 'properties', version: '', state: 'clean' });
  const { seconds, seed } = Settings.parse(request.settings ?? {});
  const bench = await openBench(projectOf(request), { ...parts, tree: request.head });
  const tree = { ...request.head, [join(bench.project.folder, seedFile)]: textFile(seeding(seed)) };
  const ran = await runAll(files, { bench, tree, seed, deadline: performance.now() + seconds * 1000 });
  return ToolAnswer.parse({ tool: 'properties', version: '', state: 'clean', data: { ...ran, notRun: [...ran.notRun, ...files.slice(mostFiles)], seed } });
}

/** Property tests that changed, and those that name a changed module. Without a base nothing changed, and the suite is not run again for its own sake. */
function concerned({ changed, head, all, folder = '' }: ToolRequest): string[] {
  if (all) return [];
  const altered = new Set(changed.map(({ path }) => path));
  const modules = changed.filter(({ path }) => isProduction(path)).map(({ path }) => stemOf(path));
  return Object.entries(head).flatMap(([path, file]) => {
    const text = folder === '' || path.startsWith(`${folder}/`) ? textOf(file) ?? '' : '';
    if (propertyTest(path, text) === null) return [];
    const named = imported(text);
    return altered.has(path) || modules.some((name) => named.has(name)) ? [path] : [];
  }).sort();
}

function stemOf(path: string): string {
  return path.split('/').at(-1)!.replace(/\.\w+$/, '');
}

/** Last parts of everything quoted or named in an import: more than the imports, so that no module is missed. */
function imported(text: string): ReadonlySet<string> {
  const quoted = [...text.matchAll(/['"]([^'"\n]{1,200})['"]/g)].map((match) => stemOf(match[1]!));
  const python = [...text.matchAll(/^[ \t]{0,40}(?:from|import)[ \t]+([\w., \t]{1,300})/gm)].flatMap((match) => match[1]!.split(/[\s.,]+/));
  return new Set([...quoted, ...python]);
}

interface Running {
  bench: Bench;
  tree: Tree;
  seed: number;
  deadline: number;
}

interface Ran {
  /** Files whose properties all hold. */
  held: number;
  falsified: { path: string; counterexample: string }[];
  failed: { path: string; words: string }[];
  notRun: string[];
}

async function runAll(files: readonly string[], how: Running): Promise<Ran> {
  const ran: Ran = { held: 0, falsified: [], failed: [], notRun: [] };
  for (const path of files.slice(0, mostFiles)) {
    const wallMs = Math.round(how.deadline - performance.now());
    const run = wallMs < 1000 ? null : await how.bench.run(alone(how.tree, path), { wallMs, ...command(how) });
    if (run === null || run.outcome === 'timeout') ran.notRun.push(path);
    else if (run.outcome !== 'failed') ran.held += 1;
    else {
      const said = run.reports['said.info'] ?? run.words;
      const found = counterexample(said);
      if (found === null) ran.failed.push({ path, words: said.trim().slice(-300) });
      else ran.falsified.push({ path, counterexample: found });
    }
  }
  return ran;
}

/** Without the other tests; helpers in the test folders stay. */
function alone(tree: Tree, path: string): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([each]) => each === path || !isTestByName(each)));
}

/** The project's own command; what it prints is kept whole, since a counterexample may stand anywhere in it. */
function command({ bench, seed }: Running): { line: string; env: Record<string, string> } {
  const line = `{ ${seeded(bench.project, seed)}\n} > /work/out/said.info 2>&1`;
  return { line, env: bench.project.runner === 'python' ? {} : { NODE_OPTIONS: `--import=${join('/work/repo', bench.project.folder, seedFile)}` } };
}

/** Hypothesis takes its seed from pytest's command line; under another runner it chooses one and prints how to repeat what it found. */
function seeded({ runner, line }: Project, seed: number): string {
  return runner === 'python' ? line.replace(/\bpytest\b/, `pytest --hypothesis-seed=${seed} -p no:randomly`) : line;
}

/** fast-check keeps its settings per module, so both of its builds are told. Where the project has none at its root, a counterexample still prints its own seed. */
function seeding(seed: number): string {
  return `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const tell = (fc) => fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: ${seed} });
await import('fast-check').then(tell, () => undefined);
try { tell(require('fast-check')); } catch { /* the project has no such build */ }
`;
}

/** What the libraries print of a property that does not hold. */
function counterexample(said: string): string | null {
  const plain = said.replace(/\u001b\[[0-9;]{0,20}m/g, '');
  const fast = /Property failed after \d{1,9} tests\s{1,20}(\{ seed: -?\d{1,12}[^\n]{0,400})\s{1,20}Counterexample: ([^\n]{0,600})/.exec(plain);
  if (fast) return `${fast[2]!.slice(0, 300)} ${/seed: -?\d+/.exec(fast[1]!)?.[0] ?? ''}`.trim();
  const python = /(?:Falsifying example|Failing test case): (\w{1,100}\((?:[^\n]{0,400}\)(?=\n)|[\s\S]{0,600}?\n[\sE|]{0,40}\)))/.exec(`${plain}\n`);
  if (python) return python[1]!.replace(/^[E|\s]{1,40}(?=\S)/gm, '').replace(/\s{1,200}/g, ' ').slice(0, 300);
  return /(?:#\d+: failed on input|\[rapid\] failed after \d+ tests?:)[^\n]{0,300}/.exec(plain)?.[0] ?? null;
}
