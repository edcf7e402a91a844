/** Large values made from an example's value, each with the lines of a program that make the same value again. Pure. */
import { tagOf } from '../../consensus/values.ts';

export interface Growth {
  /** The call with the large value. */
  args: unknown[];
  /** The call that it was grown from. */
  example: unknown[];
  /** Index of the argument, and inside of it. */
  path: (string | number)[];
  size: number;
  how: string;
  /** Lines that define `large`. */
  script: { javascript: string; python: string };
  /** The spec says that this size must be handled. */
  stated: boolean;
}

interface Large {
  value: unknown;
  size: number;
  how: string;
  script: Growth['script'];
}

const listSizes = [3_000, 40_000];
const textSizes = [60_000];
// Long enough that a backtracking expression needs hours, short enough that anything else does not notice.
const doubled = 34;

export function grown(examples: unknown[][], stated: number | null): Growth[] {
  const arities = new Set<number>();
  const chosen = [...examples].sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length).filter((args) => !arities.has(args.length) && arities.add(args.length));
  return chosen.flatMap((example) => example.flatMap((value, at) => largeOf(value).map(({ value: large, ...rest }): Growth => ({ ...rest, args: example.with(at, large), example, path: [at], stated: stated !== null && rest.size <= stated })))).sort((a, b) => a.size - b.size);
}

function largeOf(value: unknown): Large[] {
  if (typeof value === 'string' && value.length > 0) return [...runsOf(value), ...textSizes.map((size) => repeated(value, size))];
  if (Array.isArray(value) && value.length > 0) return listSizes.flatMap((size) => listOf(value, size));
  return [];
}

/** A run of letters of each kind that the example has, ended by a sign that no such run has. */
function runsOf(value: string): Large[] {
  const kinds = [['a', /[a-z]/i], ['1', /\d/], ['a ', / /], ['a1', /[a-z].*\d|\d.*[a-z]/i], ['a.', /\./], ['a-', /-/], [' ', /\s/], ['a,', /,/], ['"', /"/]] as const;
  return kinds.filter(([, present]) => present.test(value) || value.length > 20).flatMap(([run]) => ['!', '\n', ''].slice(0, 2).map((end): Large => {
    const text = run.repeat(doubled) + end;
    return { value: text, size: text.length, how: `a run of ${JSON.stringify(run)} that ends in ${JSON.stringify(end)}`, script: bothLanguages(`${JSON.stringify(run)}.repeat(${doubled}) + ${JSON.stringify(end)}`, `${JSON.stringify(run)} * ${doubled} + ${JSON.stringify(end)}`) };
  }));
}

function repeated(value: string, size: number): Large {
  const times = Math.ceil(size / (value.length + 1));
  const text = JSON.stringify(`${value} `).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { value: `${value} `.repeat(times), size: times * (value.length + 1), how: 'the example again and again', script: bothLanguages(`${text}.repeat(${times})`, `${text} * ${times}`) };
}

/** Whole numbers, texts, or rows of both: no two alike. */
function listOf(items: unknown[], size: number): Large[] {
  const [first] = items;
  const value = Array.from({ length: size }, (_, at) => varied(first, at));
  if (tagOf(first) !== null) return [];
  const model = JSON.stringify(first);
  return [{
    value, size, how: 'a list of items that are not alike',
    script: bothLanguages(`Array.from({ length: ${size} }, (_, at) => varied(${model}, at))`, `[varied(json.loads(${JSON.stringify(model)}), at) for at in range(${size})]`),
  }];
}

function varied(item: unknown, at: number): unknown {
  if (typeof item === 'number') return item + at;
  if (typeof item === 'string') return `${item}${at}`;
  if (Array.isArray(item)) return item.map((inner) => varied(inner, at));
  return item === null || typeof item !== 'object' ? item : Object.fromEntries(Object.entries(item).map(([name, inner]) => [name, varied(inner, at)]));
}

function bothLanguages(javascript: string, python: string): Growth['script'] {
  return { javascript: `${varyingScript}const large = ${javascript};\n`, python: `${varyingPython}large = ${python}\n` };
}

const varyingScript = `function varied(item, at) {
  if (typeof item === 'number') return item + at;
  if (typeof item === 'string') return item + at;
  if (Array.isArray(item)) return item.map((inner) => varied(inner, at));
  return item === null || typeof item !== 'object' ? item : Object.fromEntries(Object.entries(item).map(([name, inner]) => [name, varied(inner, at)]));
}
`;

const varyingPython = `import json
def varied(item, at):
    if isinstance(item, bool) or item is None:
        return item
    if isinstance(item, (int, float)):
        return item + at
    if isinstance(item, str):
        return item + str(at)
    if isinstance(item, list):
        return [varied(inner, at) for inner in item]
    return {name: varied(inner, at) for name, inner in item.items()}
`;
