/**
 * The plans of one task's inputs. Small ones: tiny, boundaries, structures, random. Large ones: everything at the limit, each with another
 * way of being hard (a plain value in the middle of its range, constant columns, paths and stars, many tiny cases), then two smaller rungs.
 */
import type { SmallKind } from './stdin-inputs.ts';
import { columnStyles, graphShapes, textStyles, type Plan } from './plan.ts';

const base: Plan = { name: '', cap: 6, sizes: 'spread', plain: ['any'], column: 'any', text: 'any', graph: 'any', relabel: true, rows: 'same', lopsided: false, maze: null, cases: 'few', tokens: 3000, width: 4, guessed: true, ordinal: 0 };

/** `isLong`: programs that keep something from row to row (queries) show their mistakes late. */
export function smallPlans(count: number, isLong: boolean): { kind: Exclude<SmallKind, 'mutation'>; plan: Plan }[] {
  return Array.from({ length: count }, (_, at) => smallPlan(at)).map(({ kind, plan }) => ({ kind, plan: isLong && kind === 'random' ? { ...plan, cap: plan.cap * 3 } : plan }));
}

/** In turn, so that a prefix has some of each. */
function smallPlan(at: number): { kind: Exclude<SmallKind, 'mutation'>; plan: Plan } {
  const round = Math.floor(at / 6);
  const ordinal = round * 2 + (at % 2);
  switch (at % 6) {
    case 0: case 1: return { kind: 'tiny', plan: { ...base, name: 'tiny', cap: 3, sizes: 'least', plain: ['near'], width: 1 + round % 4, cases: ordinal % 4 === 3 ? 'one' : 'few', ordinal } };
    case 2: return { kind: 'random', plan: { ...base, name: 'random, close values', cap: 4 + round % 5, column: 'full', width: 2 + round, ordinal } };
    case 3: return { kind: 'structured', plan: { ...base, name: 'structured', cap: 5 + round % 4, column: cycle(columnStyles, round + 3), text: cycle(textStyles, round + 2), graph: cycle(graphShapes, round), width: round % 3 === 2 ? null : 6, ordinal } };
    case 4: return { kind: 'random', plan: { ...base, name: 'random', cap: 8 + round, width: round % 2 === 0 ? 30 : null, guessed: round % 4 !== 3, ordinal } };
    default: return { kind: 'boundary', plan: { ...base, name: 'boundary', cap: 2 + round % 4, sizes: round % 3 === 0 ? 'least' : 'spread', plain: cycle(extents, round), column: cycle(['low', 'high', 'full', 'two', 'log'] as const, round), width: null, cases: 'few', ordinal } };
  }
}

const extents: readonly [Plan['plain'], ...Plan['plain'][]] = [['least'], ['most'], ['half'], ['most', 'least'], ['any']];

function cycle<T>(all: readonly [T, ...T[]], at: number): T {
  return all[at % all.length] ?? all[0];
}

export function largePlans(tokens: number): { rung: 1 | 4 | 40; plan: Plan }[] {
  const most: Plan = { ...base, cap: Infinity, sizes: 'most', cases: 'one', tokens, width: null };
  const plans: Partial<Plan>[] = [
    { name: 'values in the middle', plain: ['half'], column: 'full', text: 'random', graph: 'random', rows: 'mixed' },
    { name: 'values at the top, a path', plain: ['most'], column: 'high', text: 'equal', graph: 'path', relabel: false, lopsided: true },
    { name: 'a third, constant low, a star', plain: ['third'], column: 'low', text: 'pair', graph: 'star', rows: 'mixed' },
    { name: 'rising, a path', plain: ['half', 'most'], column: 'rising', text: 'blocks', graph: 'path', lopsided: true },
    { name: 'two values, dense', plain: ['most', 'half'], column: 'two', text: 'mirror', graph: 'clique', guessed: false, rows: 'mixed' },
    { name: 'lowest values, a comb', plain: ['least'], column: 'special', text: 'nearly', graph: 'caterpillar', maze: 'comb', rows: 'mixed', lopsided: true },
    { name: 'organ pipe or one long cycle, a snake', plain: ['half'], column: 'cycle', text: 'fibonacci', graph: 'path', maze: 'snake', rows: 'chain' },
    { name: 'alternating or a tail into a cycle, a spiral', plain: ['most', 'least'], column: 'rho', text: 'tail', graph: 'caterpillar', relabel: false, maze: 'spiral', rows: 'back' },
    { name: 'values near the count', plain: ['most', 'half'], column: 'narrow', text: 'nearly', graph: 'random', rows: 'mixed' },
    { name: 'many small cases', plain: ['any'], column: 'any', text: 'any', cases: 'most', cap: 5, sizes: 'spread', width: 20 },
    { name: 'even sides, close values', plain: ['most'], column: 'narrow', text: 'equal', graph: 'random', cap: Math.floor(Math.sqrt(tokens)) },
    { name: 'falling, log-uniform values', plain: ['special', 'any'], column: 'falling', text: 'random', graph: 'broom', guessed: false },
    { name: 'log-uniform values', plain: ['most', 'third'], column: 'log', text: 'thue', graph: 'binary', guessed: false },
    { name: 'medium cases at the top', plain: ['most'], column: 'high', text: 'equal', graph: 'star', cases: 'few' },
  ];
  const full = plans.map((plan, at): { rung: 1 | 4 | 40; plan: Plan } => ({ rung: 1, plan: { ...most, ...plan, ordinal: at } }));
  const smaller = ([4, 40] as const).flatMap((rung) => full.slice(0, 1).map(({ plan }) => ({ rung, plan })));
  return [...full, ...smaller];
}
