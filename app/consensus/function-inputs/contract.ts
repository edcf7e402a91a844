/**
 * What is known of each argument: the shape that the examples showed, filled in by annotations and narrowed or widened by the text's words.
 * A value that breaks a stated bound is never drawn; a value inside the stated bounds, or inside what the examples showed, is vouched for.
 * A sentence that the examples contradict meant something else and is dropped.
 */
import { distinctValues, inferShape, inOrder, listOf, type Shape } from '../shape.ts';
import { numberOf } from '../values.ts';
import { signatureOf, type Parameter } from './signature.ts';
import { filledBy } from './types.ts';
import { within } from './within.ts';
import { factsOf, type Fact } from './words.ts';

export interface Contract {
  name: string | null;
  /** Draw from this. */
  shape: Shape;
  /** Inside of this a crash is the program's own fault. */
  vouched: Shape;
  facts: Fact[];
}

export interface Task {
  name: string;
  /** Title, text and criteria. */
  text: string;
  /** Sources that may hold the function's header: the text itself, the base's module. */
  sources: string[];
}

/** One for each argument of these examples, which have one arity. Without examples, from the annotations alone; null where they do not tell. */
export function contractsOf(examples: unknown[][], task: Task): Contract[] | null {
  const header = signatureOf(task.name, task.sources);
  const needed = header?.filter((parameter) => !parameter.optional) ?? [];
  const arity = examples[0]?.length ?? (needed.every((parameter) => parameter.type) ? needed.length : 0);
  if (arity === 0) return null;
  const known = header && header.length >= arity ? header.slice(0, arity) : [];
  return Array.from({ length: arity }, (_, at) => contractOf(examples.map((args) => args[at]), { parameter: known[at], task, alone: arity === 1 }));
}

function contractOf(values: unknown[], { parameter, task, alone }: { parameter: Parameter | undefined; task: Task; alone: boolean }): Contract {
  const shown = filledBy(inferShape(values), parameter?.type ?? null);
  const said = parameter || alone ? factsOf(parameter?.name ?? '\u0000', task.text, alone) : [];
  const facts = said.filter((fact) => fits(fact, shown) && values.every((value) => obeys(value, fact)));
  return { name: parameter?.name ?? null, facts, shape: facts.reduce((shape, fact) => applied(shape, fact), shown), vouched: facts.reduce((shape, fact) => stretched(shape, fact), shown) };
}

/** Whether a fact of this kind can be about a value of this shape: "positive integers" of a list are its items. */
function fits({ kind }: Fact, shape: Shape): boolean {
  const numeric = shape.type === 'int' || shape.type === 'float';
  if (kind === 'min' || kind === 'max') return numeric;
  if (kind === 'letters') return shape.type === 'string' && shape.letters !== '';
  if (kind === 'signed') return numeric || shape.type === 'list';
  if (kind === 'minLength' || kind === 'maxLength') return shape.type === 'list' || shape.type === 'string';
  return shape.type === 'list' && shape.tag !== '$set';
}

type Holds = (value: unknown, fact: Fact) => boolean;

/** What has items, or null: nothing can be said of the items of anything else. */
const itemsIn = (value: unknown): unknown[] | null => listOf(value)?.items ?? (typeof value === 'string' ? [...value] : null);
const ofItems = (holds: (items: unknown[], fact: Fact) => boolean): Holds => (value, fact) => { const items = itemsIn(value); return items === null || holds(items, fact); };
const ofNumber = (holds: (n: number, bound: number) => boolean): Holds => (value, fact) => { const n = numberOf(value); return n === null || holds(n, fact.value); };
const widthOf = (row: unknown): number | undefined => listOf(row)?.items.length;

const holding: Record<Fact['kind'], Holds> = {
  min: ofNumber((n, bound) => n >= bound),
  max: ofNumber((n, bound) => n <= bound),
  minLength: ofItems((items, fact) => items.length >= fact.value),
  maxLength: ofItems((items, fact) => items.length <= fact.value),
  itemMin: ofItems((items, fact) => items.every((item) => (numberOf(item) ?? fact.value) >= fact.value)),
  itemMax: ofItems((items, fact) => items.every((item) => (numberOf(item) ?? fact.value) <= fact.value)),
  sorted: ofItems(inOrder),
  distinct: ofItems((items) => distinctValues(items).length === items.length),
  letters: (value, { letters }) => typeof value !== 'string' || [...value].every((letter) => letters?.includes(letter)),
  even: ofItems((items) => new Set(items.map(widthOf)).size <= 1),
  square: ofItems((items) => items.every((item) => widthOf(item) === items.length)),
  signed: () => true,
};

/** Whether the value is as the fact says; where it cannot tell, yes. */
export function obeys(value: unknown, fact: Fact): boolean {
  return holding[fact.kind](value, fact);
}

/** Draws stay near the examples: a bound far away is left to the large inputs. */
const near = 50;

function applied(shape: Shape, fact: Fact): Shape {
  const { kind, value: bound } = fact;
  if (shape.type === 'int' || shape.type === 'float') {
    if (kind === 'signed') return { ...shape, min: Math.min(shape.min, -Math.max(1, shape.max)) };
    if (kind === 'min') return { ...shape, min: shape.min - bound <= near ? bound : shape.min };
    return kind === 'max' && bound - shape.max <= near ? { ...shape, max: bound } : shape;
  }
  if (shape.type === 'string') {
    if (kind === 'letters' && fact.letters) return { ...shape, letters: [...new Set(shape.letters + fact.letters)].sort().join('') };
    return kind === 'minLength' ? { ...shape, min: bound } : shape;
  }
  return shape.type === 'list' ? appliedToList(shape, fact) : shape;
}

function appliedToList(shape: Extract<Shape, { type: 'list' }>, fact: Fact): Shape {
  switch (fact.kind) {
    case 'minLength': return shape.fixed ? shape : { ...shape, min: fact.value, max: Math.max(shape.max, fact.value) };
    case 'itemMin': return { ...shape, of: applied(shape.of, { ...fact, kind: 'min' }) };
    case 'itemMax': return { ...shape, of: applied(shape.of, { ...fact, kind: 'max' }) };
    case 'signed': return { ...shape, of: applied(shape.of, fact) };
    case 'sorted': return { ...shape, sorted: true };
    case 'distinct': return { ...shape, distinct: true };
    case 'even': return { ...shape, even: true };
    case 'square': return { ...shape, even: true, square: true };
    default: return shape;
  }
}

/** The range that a statement vouches for. A sign alone vouches for moderate numbers. */
function stretched(shape: Shape, fact: Fact): Shape {
  if (shape.type === 'list' && fact.kind.startsWith('item')) return { ...shape, of: stretched(shape.of, { ...fact, kind: fact.kind === 'itemMin' ? 'min' : 'max' }) };
  if (shape.type === 'int' || shape.type === 'float') {
    if (fact.kind === 'max') return { ...shape, max: Math.max(shape.max, fact.value) };
    if (fact.kind === 'min') return { ...shape, min: Math.min(shape.min, fact.value), max: Math.max(shape.max * 2, near) };
  }
  if ((shape.type === 'list' || shape.type === 'string') && fact.kind === 'minLength') return { ...shape, min: Math.min(shape.min, fact.value) };
  if ((shape.type === 'list' || shape.type === 'string') && fact.kind === 'maxLength') return { ...shape, max: Math.max(shape.max, fact.value) };
  return applied(shape, fact);
}

/** No argument breaks what the text says. */
export function isAllowed(args: unknown[], contracts: Contract[]): boolean {
  return args.every((value, at) => contracts[at]?.facts.every((fact) => obeys(value, fact)) ?? true);
}

export function isVouched(args: unknown[], contracts: Contract[]): boolean {
  return args.every((value, at) => { const contract = contracts[at]; return contract !== undefined && within(value, contract.vouched); });
}
