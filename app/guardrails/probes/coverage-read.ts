/** Coverage reports → which lines of which file ran. Reads what Node writes (V8), Istanbul's JSON, coverage.py's JSON, lcov and Go's profiles; all of it untrusted data of bounded size. */
import libCoverage from 'istanbul-lib-coverage';
import v8ToIstanbul from 'v8-to-istanbul';
import { z } from 'zod';
import { textOf, type Tree } from '../../core/tree.ts';

/** Path in the repository → line → whether it ran. Lines that hold no code may be missing; without any line the file ran and nobody can say which part. */
export type Covered = Map<string, Map<number, boolean>>;

const root = '/work/repo/';
/** Comments that would take lines out of the count; the change's own wishes about its measurement are not heard. */
const ignores = /\b(c8|v8|istanbul|node:coverage)\s+(ignore|disable)\b/g;
const V8 = z.looseObject({ result: z.array(z.looseObject({ url: z.string(), functions: z.array(z.looseObject({ functionName: z.string(), isBlockCoverage: z.boolean(), ranges: z.array(z.looseObject({ startOffset: z.number(), endOffset: z.number(), count: z.number() })) })) })), 'source-map-cache': z.record(z.string(), z.unknown()).optional() });
const Istanbul = z.record(z.string(), z.looseObject({ path: z.string(), statementMap: z.record(z.string(), z.looseObject({ start: z.looseObject({ line: z.number() }) })), s: z.record(z.string(), z.number()) }));
const Python = z.looseObject({ files: z.record(z.string(), z.looseObject({ executed_lines: z.array(z.number()), missing_lines: z.array(z.number()) })) });

/** `folder`: where the tests ran, to which paths without a root belong. Null where nothing among the reports is one. */
export async function readCoverage(reports: Record<string, string>, tree: Tree, folder = ''): Promise<Covered | null> {
  const covered: Covered = new Map();
  for (const [name, text] of Object.entries(reports)) {
    if (!name.endsWith('.info')) await json(text, { covered, tree });
    else if (text.startsWith('mode: ')) goProfile(text, { covered, tree });
    else lcov(text, covered);
  }
  return covered.size === 0 ? null : inRepository(covered, { tree, folder });
}

async function json(text: string, into: { covered: Covered; tree: Tree }): Promise<void> {
  const value: unknown = parsed(text);
  const [v8, python, istanbul] = [V8.safeParse(value), Python.safeParse(value), Istanbul.safeParse(value)];
  if (v8.success) return await fromV8(v8.data, into);
  if (python.success) {
    for (const [path, file] of Object.entries(python.data.files)) for (const [lines, ran] of [[file.executed_lines, true], [file.missing_lines, false]] as const) for (const line of lines) mark(into.covered, { path, line, ran });
  } else if (istanbul.success) {
    for (const file of Object.values(istanbul.data)) for (const [id, { start }] of Object.entries(file.statementMap)) mark(into.covered, { path: file.path, line: start.line, ran: (file.s[id] ?? 0) > 0 });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a report cut off by a process that was killed is none
  }
}

async function fromV8(report: z.infer<typeof V8>, { covered, tree }: { covered: Covered; tree: Tree }): Promise<void> {
  const mapped = Object.keys(report['source-map-cache'] ?? {});
  for (const script of report.result) {
    if (!script.url.startsWith(`file://${root}`) || script.url.includes('/node_modules/')) continue;
    const path = decodeURIComponent(script.url.slice(`file://${root}`.length).replace(/[?#].*$/, ''));
    const source = textOf(tree[path]);
    if (source === undefined) continue;
    // A map, or offsets beyond the file, mean that something else ran under its name: the file is known, its lines are not. Node itself puts blanks in place of
    // types and a last line below, which only the range of the whole file shows.
    const beyond = script.functions.flatMap((each) => each.ranges).filter((range) => range.endOffset > source.length);
    if (mapped.includes(script.url) || beyond.some((range) => range.startOffset > 0 || (range.endOffset > source.length + 1 && !/\.[cm]?ts$/.test(path)))) {
      if (!covered.has(path)) covered.set(path, new Map());
      continue;
    }
    const converter = v8ToIstanbul(`${root}${path}`, 0, { source: source.replace(ignores, (words) => '_'.repeat(words.length)) });
    await converter.load();
    converter.applyCoverage(script.functions.map((each) => ({ ...each, ranges: each.ranges.map((range) => ({ ...range, endOffset: Math.min(range.endOffset, source.length) })) })));
    const file = libCoverage.createCoverageMap(converter.toIstanbul()).fileCoverageFor(`${root}${path}`);
    for (const [line, hits] of Object.entries(file.getLineCoverage())) mark(covered, { path, line: Number(line), ran: hits > 0 });
  }
}

function lcov(text: string, covered: Covered): void {
  let path = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('SF:')) path = line.slice(3).trim();
    const data = /^DA:(\d+),(\d+)/.exec(line);
    if (data) mark(covered, { path, line: Number(data[1]), ran: Number(data[2]) > 0 });
  }
}

/** Names of a package's own files, as they are called from the root. */
function inRepository(covered: Covered, { tree, folder }: { tree: Tree; folder: string }): Covered {
  if (folder === '') return covered;
  return new Map([...covered].map(([path, lines]) => [path in tree && path.startsWith(`${folder}/`) ? path : `${folder}/${path}` in tree ? `${folder}/${path}` : path, lines]));
}

/** `module/file.go:3.24,5.2 1 0`: from line.column to line.column, statements, how often. Lines on which only a brace stands are as the block before them. */
function goProfile(text: string, { covered, tree }: { covered: Covered; tree: Tree }): void {
  const modules = Object.keys(tree).filter((path) => /(^|\/)go\.mod$/.test(path)).map((path) => ({ name: /^module\s+(\S+)/m.exec(textOf(tree[path]) ?? '')?.[1] ?? '\0', folder: path.replace(/go\.mod$/, '') })).sort((a, b) => b.name.length - a.name.length);
  for (const row of text.split('\n')) {
    const [, file, from, to, count] = /^([^:]{1,1000}):(\d{1,7})\.\d{1,7},(\d{1,7})\.\d{1,7} \d{1,9} (\d{1,18})$/.exec(row) ?? [];
    const module = modules.find(({ name }) => file?.startsWith(`${name}/`));
    if (file === undefined || !module || Number(to) - Number(from) > 100_000) continue;
    const path = `${module.folder}${file.slice(module.name.length + 1)}`;
    for (let line = Number(from); line <= Number(to); line += 1) mark(covered, { path, line, ran: Number(count) > 0 });
  }
}

/** A line that ran once has run, whatever another process says. */
function mark(covered: Covered, { path, line, ran }: { path: string; line: number; ran: boolean }): void {
  const own = path.startsWith(root) ? path.slice(root.length) : path.replace(/^\.\//, '');
  const lines = covered.get(own) ?? new Map<number, boolean>();
  lines.set(line, ran || (lines.get(line) ?? false));
  covered.set(own, lines);
}
