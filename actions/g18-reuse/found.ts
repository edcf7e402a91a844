/** What of the change is a second copy: word for word, under other names, or a whole function that is there already. Tables of data and what stood on base before are no copies. */
import picomatch from 'picomatch';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { ofKinds, parseFile } from '../../app/core/syntax.ts';
import { type Clone, clonesIn, Stretches, windowSize } from './clones.ts';
import { shapes, type Tokens, tokensOf, Words } from './lexer.ts';
import { familyOf, isCompared, isWritten } from './scope.ts';
import type { Settings } from './settings.ts';

type Readable = Pick<GuardFacts, 'changed' | 'removed' | 'paths' | 'read' | 'all'>;

interface Compared {
  changed: Map<Tokens, ChangedText>;
  all: Tokens[];
  words: Words;
  before: Map<number, number>;
}

export function copies(facts: Readable, settings: Settings): RawFinding[] {
  const ignored = settings.ignore.length > 0 ? picomatch(settings.ignore, { dot: true }) : () => false;
  return (['script', 'python', 'go'] as const).flatMap((family) => {
    const mine = (path: string): boolean => isCompared(path) && familyOf(path) === family && !ignored(path);
    if (!facts.changed.some(({ path }) => mine(path))) return [];
    return copiesAmong(compared(facts, mine), settings);
  });
}

function compared(facts: Readable, mine: (path: string) => boolean): Compared {
  const words = new Words();
  const tokens = ({ path, text }: { path: string; text: string }): Tokens[] => (mine(path) && isWritten(text) ? [tokensOf({ path, text, family: familyOf(path) }, words)] : []);
  const changed = new Map(facts.changed.flatMap((file) => tokens(file).map((each): [Tokens, ChangedText] => [each, file])));
  const touched = new Set(facts.changed.map(({ path }) => path));
  const others = facts.paths.filter((path) => !touched.has(path)).flatMap((path) => tokens({ path, text: facts.read(path) ?? '' }));
  const was = [...facts.changed, ...facts.removed].flatMap(({ path, baseText }) => tokens({ path, text: baseText ?? '' }));
  return { changed, words, all: [...changed.keys(), ...others], before: counts(was) };
}

/** How often each line of tokens stood in the files of the change before: a copy that only moved is not new. */
function counts(files: readonly Tokens[]): Map<number, number> {
  const seen = new Map<number, number>();
  for (const file of files) for (let i = 0; i + 12 <= file.words.length; i += 1) seen.set(printOf(file, i), (seen.get(printOf(file, i)) ?? 0) + 1);
  return seen;
}

function printOf(file: Tokens, start: number): number {
  let hash = 0;
  for (let i = start; i < start + 12; i += 1) hash = (Math.imul(hash, 0x01000193) + file.words[i]!) | 0;
  return hash;
}

function copiesAmong(compare: Compared, settings: Settings): RawFinding[] {
  const { changed, all } = compare;
  const isNew = (file: Tokens, index: number): boolean => changed.get(file)?.changedLines.has(file.lines[index]!) ?? false;
  const now = counts([...changed.keys()]);
  const stood = (clone: Clone): boolean => {
    const print = printOf(clone.copy, clone.start + Math.floor((clone.length - 12) / 2));
    return (compare.before.get(print) ?? 0) >= (now.get(print) ?? 0);
  };
  const search = { changed: new Set(changed.keys()), isNew, all };
  const exact = clonesIn({ ...search, kind: 'exact', minTokens: windowSize }).filter((clone) => !stood(clone) && isProgram(clone, compare));
  const renamed = clonesIn({ ...search, kind: 'renamed', minTokens: windowSize }).filter((clone) => !stood(clone) && isProgram(clone, compare));
  const told = new Stretches();
  const untold = (clone: Clone): boolean => !told.touch(clone);
  const keep = (clones: Clone[]): Clone[] => {
    clones.forEach((clone) => told.add(clone));
    return clones;
  };
  const long = keep(exact.filter((clone) => clone.length >= settings.exactTokens && spans(clone) >= 6));
  const alike = keep(renamed.filter((clone) => clone.length >= settings.renamedTokens && spans(clone) >= 6 && untold(clone)));
  const helpers = [...exact.filter(untold), ...renamed.filter(untold)];
  return [
    ...long.map((clone) => finding(clone, 'DUPLICATE_CODE')),
    ...alike.map((clone): RawFinding => ({ ...finding(clone, 'RENAMED_DUPLICATE'), severity: 'info' })),
    ...helperFindings(helpers, changed),
  ];
}

const steps = /^(if|for|while|switch|try|return|yield|await|throw|raise|with|=>|function|def|func)$/;

/** Statements, not a table: a share of literals like that of code, and something that is done. */
function isProgram({ copy, start, length }: Clone, { words }: Compared): boolean {
  let [literals, done] = [0, 0];
  for (let i = start; i < start + length; i += 1) {
    if (copy.shapes[i] === shapes.text || copy.shapes[i] === shapes.number) literals += 1;
    else if (steps.test(words.textOf(copy.words[i]!))) done += 1;
  }
  return literals / length < 0.25 && done >= Math.max(2, length / 60);
}

function spans({ copy, start, length }: Clone): number {
  return copy.lines[start + length - 1]! - copy.lines[start]! + 1;
}

function finding({ copy, start, length, original, originalStart }: Clone, code: string): RawFinding {
  const where = `${original.path}:${original.lines[originalStart]!}`;
  return { code, path: copy.path, startLine: copy.lines[start]!, endLine: copy.lines[start + length - 1]!, values: { tokens: length, where } };
}

const functions = ['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'function_definition', 'method_declaration'];

interface Extent {
  name: string;
  /** Token numbers: the first parameter's, and one past the end. */
  from: number;
  to: number;
}

/** Whole functions of the change, parameters and body, inside a run; one name is told once in a file. */
function helperFindings(clones: readonly Clone[], changed: Compared['changed']): RawFinding[] {
  const extents = new Map<Tokens, Extent[]>();
  const told = new Set<string>();
  return clones.flatMap((clone): RawFinding[] => {
    if (!extents.has(clone.copy)) extents.set(clone.copy, extentsIn(clone.copy, changed.get(clone.copy)!));
    const whole = extents.get(clone.copy)!.find(({ from, to }) => from >= clone.start && to <= clone.start + clone.length && to - from >= windowSize);
    if (!whole || told.has(`${clone.copy.path}\0${whole.from}`)) return [];
    told.add(`${clone.copy.path}\0${whole.from}`);
    return [{ ...finding(clone, 'HELPER_REPEATED'), severity: 'info', values: { name: whole.name, where: finding(clone, '').values!.where! } }];
  });
}

function extentsIn(tokens: Tokens, file: ChangedText): Extent[] {
  const parsed = parseFile(file.path, file.text);
  return (parsed ? ofKinds(parsed.root, functions) : []).flatMap((fn): Extent[] => {
    const name = (fn.field('name') ?? fn.parent()?.field('name'))?.text();
    const start = (fn.field('parameters') ?? fn.field('parameter') ?? fn).range().start.index;
    return name ? [{ name, from: firstAt(tokens.offsets, start), to: firstAt(tokens.offsets, fn.range().end.index) }] : [];
  });
}

/** The number of the first token at or after the offset, by halving. */
function firstAt(offsets: readonly number[], offset: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
