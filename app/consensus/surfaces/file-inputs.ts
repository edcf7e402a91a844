/**
 * Generated runs for a program that writes files: an example's files, words and arguments with other values. JSON is varied by its shape,
 * other text number by number and line by line, so that its layout stays. What leaves the ranges of the examples is `doubtful`.
 */
import fc from 'fast-check';
import type { FilesRun } from '../../core/surface.ts';
import type { Input, InputRequest } from '../inputs.ts';
import { arbitraryOf } from '../function-inputs/draw.ts';
import { within } from '../function-inputs/within.ts';
import { inferShape, type Shape } from '../shape.ts';
import { parseTagged } from '../values.ts';

const most = 12;

interface Known {
  all: FilesRun[];
  hints: number[];
}

interface Varied<T> {
  value: T;
  doubtful: boolean;
}

export function fileInputs({ examples, seed, count, literals }: InputRequest): Input[] {
  const runs = examples.flatMap((test) => ('files' in test ? [trialOf(test)] : []));
  if (runs.length === 0) return [];
  const wanted = Math.min(count, most);
  const each = Math.ceil((wanted * 2) / runs.length);
  const drawn = runs.map((run, at) => fc.sample(runArbitrary(run, { all: runs, hints: literals.integers }), { seed: seed + at, numRuns: each }));
  return Array.from({ length: each }, (_, turn) => drawn.flatMap((all) => all[turn] ?? [])).flat().slice(0, wanted).map(({ value, doubtful }) => ({ trial: value, doubtful }));
}

function trialOf({ files, argv, call, input }: FilesRun): FilesRun {
  return { files, ...(argv ? { argv } : {}), ...(call ? { call } : {}), ...(input === undefined ? {} : { input }) };
}

function runArbitrary(run: FilesRun, { all, hints }: Known): fc.Arbitrary<Varied<FilesRun>> {
  const files = fc.tuple(...Object.entries(run.files).map(([path, text]) => fileArbitrary({ path, text }, all.flatMap((one) => one.files[path] ?? []), hints).map((varied) => ({ path, ...varied }))));
  const call = callArbitrary(run.call, all.flatMap((one) => (one.call?.length === run.call?.length && one.call ? [one.call] : [])), hints);
  const argv = fc.tuple(...(run.argv ?? []).map((word) => textArbitrary(word, hints)));
  const input = run.input === undefined ? fc.constant({ value: undefined, doubtful: false }) : textArbitrary(run.input, hints);
  return fc.record({ files, call, argv, input }).map((drawn) => ({
    value: {
      files: Object.fromEntries(drawn.files.map(({ path, value }) => [path, value])),
      ...(run.argv ? { argv: drawn.argv.map((word) => word.value) } : {}), ...(drawn.call.value ? { call: drawn.call.value } : {}), ...(drawn.input.value === undefined ? {} : { input: drawn.input.value }),
    },
    doubtful: [...drawn.files, ...drawn.argv, drawn.call, drawn.input].some((one) => one.doubtful),
  }));
}

function callArbitrary(call: unknown[] | undefined, examples: unknown[][], hints: number[]): fc.Arbitrary<Varied<unknown[] | undefined>> {
  if (!call) return fc.constant({ value: undefined, doubtful: false });
  const shapes = call.map((_, at): Shape => inferShape(examples.map((args) => args[at])));
  return fc.tuple(...shapes.map((shape) => arbitraryOf(shape, hints))).map((value) => ({ value, doubtful: !value.every((one, at) => { const shape = shapes[at]; return shape !== undefined && within(one, shape); }) }));
}

function fileArbitrary({ path, text }: { path: string; text: string }, examples: string[], hints: number[]): fc.Arbitrary<Varied<string>> {
  if (!path.endsWith('.json')) return textArbitrary(text, hints);
  try {
    const shape = inferShape(examples.map(parseTagged));
    return arbitraryOf(shape, hints).map((value) => ({ value: jsonText(value), doubtful: !within(value, shape) }));
  } catch {
    return fc.constant({ value: text, doubtful: false }); // a broken JSON file is an example of itself alone
  }
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (inner !== null && typeof inner === 'object' && '$float' in inner ? Number(inner.$float) : inner));
}

/** Numbers stay between the smallest and the greatest of the text or stand beside one of the hints, and one line may go or come twice. */
function textArbitrary(text: string, hints: number[]): fc.Arbitrary<Varied<string>> {
  const numbers = (text.match(/(?<![\w.])-?\d{1,9}(?![\w.])/g) ?? []).map(Number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const near = hints.flatMap((n) => [n - 1, n, n + 1]).filter((n) => n >= low && n <= Math.max(high * 20, 100));
  return fc.tuple(fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), fc.nat(11)).map(([draws, line]) => {
    let at = 0;
    const changed = text.replace(/(?<![\w.])-?\d{1,9}(?![\w.])/g, (old) => { const draw = draws[at++ % 3] ?? 0; return numberFor(draw, { old, low, high, near }); });
    return { value: withLine(changed, line), doubtful: line < 3 };
  });
}

function numberFor(draw: number, { old, low, high, near }: { old: string; low: number; high: number; near: number[] }): string {
  if (draw % 3 === 0) return old;
  return String(draw % 3 === 1 && near.length > 0 ? near[draw % near.length] : low + (draw % (high - low + 1)));
}

/** The first line stays where it is: it may be the names of the columns. */
function withLine(text: string, draw: number): string {
  const lines = text.split('\n');
  const at = 1 + (draw % Math.max(1, lines.length - 2));
  if (draw > 2 || lines.length < 3) return text;
  return (draw === 0 ? lines.toSpliced(at, 1) : lines.toSpliced(at, 0, lines[at] ?? '')).join('\n');
}
