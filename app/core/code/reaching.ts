/** Which definitions of a name can still hold where it is used. */
import type { Node } from '../syntax.ts';
import { functionAround, type Placed } from './definitions.ts';
import { kindOf } from './grammar.ts';
import type { Walk } from './walk.ts';

const most = 60;

/** Of very many definitions those around the use, so that the time stays in proportion. Parameters always count. */
export function nearest(all: readonly Placed[], use: Node): readonly Placed[] {
  if (all.length <= most * 2) return all;
  const here = use.range().start.index;
  const index = all.findIndex((each) => each.start > here);
  const middle = index === -1 ? all.length : index;
  return [...all.filter((each) => each.parameter), ...all.slice(Math.max(0, middle - most), middle + most).filter((each) => !each.parameter)];
}

/** The definitions that can still hold when the name is used: those before it, back to one that surely ran. */
export function reaching(all: readonly Placed[], { use, at }: { use: Node; at: Walk }): Placed[] {
  const home = functionAround(use, at.file.parsed)?.id() ?? null;
  const here = use.range().start.index;
  const local = all.every((each) => (functionAround(each.at, at.file.parsed)?.id() ?? null) === home);
  if (!local || all.length < 2) return [...all];
  const earlier = all.filter((each) => each.end <= here || each.element).toSorted((a, b) => b.start - a.start);
  const sure = earlier.findIndex((each) => !each.adds && isSure(each, { use, at }));
  return sure === -1 ? [...all] : earlier.slice(0, sure + 1);
}

/** Whether the definition stands in a block around the use, so that it ran before it. */
export function isSure(definition: Placed, { use, at }: { use: Node; at: Walk }): boolean {
  if (definition.end > use.range().start.index) return false;
  const blocks = ['statement_block', 'block', 'program', 'module', 'source_file', ...at.file.grammar.loops];
  const block = definition.at.ancestors().find((each) => blocks.includes(kindOf(each)));
  return block !== undefined && use.ancestors().some((each) => each.id() === block.id());
}
