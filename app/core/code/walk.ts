/** What one question about the origin of a value carries along from node to node. */
import type { Node } from '../syntax.ts';
import type { CodeFile } from './file.ts';
import type { Flow } from './flow.ts';
import { atLeast, type Origin, worst } from './grades.ts';

export interface Question {
  file: CodeFile;
  flow: Flow;
  /** The finding's code: what is harmless for one is not for another. */
  code: string;
  /** A parameter is what the callers in this file hand over, where there are any. */
  byCallers?: true;
}

export interface Walk extends Question {
  depth: number;
  seen: ReadonlySet<number>;
  /** What a function's parameters hold in the call that is being followed, by the parameter's position in the file. */
  bound: ReadonlyMap<number, Origin>;
  /** Asks on, one step deeper. */
  walk(node: Node, at: Walk): Origin;
  /** Steps left for this question: a file of one-letter names must not cost minutes. */
  budget: { left: number };
}

/** Parts joined to one text: composed where any part is not fixed. */
export function joined(parts: readonly Node[], at: Walk): Origin {
  const all = worst(parts.map((each) => at.walk(each, at)));
  return { grade: all.grade, composed: all.composed || atLeast(all.grade, 'field') };
}
