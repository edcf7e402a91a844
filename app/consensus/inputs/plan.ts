/** How one input is to be made: how big, how extreme, in what shape. */
import type { GraphShape } from './graphs.ts';
import type { Maze } from './mazes.ts';

export type Extent = 'least' | 'third' | 'half' | 'most' | 'any' | 'near' | 'special';
export type ColumnStyle = 'any' | 'full' | 'low' | 'high' | 'two' | 'log' | 'rising' | 'falling' | 'equal' | 'mirror' | 'narrow' | 'step' | 'organ' | 'zigzag' | 'special' | 'cycle' | 'rho';
export type TextStyle = 'any' | 'random' | 'equal' | 'pair' | 'mirror' | 'blocks' | 'nearly' | 'fibonacci' | 'thue' | 'tail';

export interface Plan {
  /** For people. */
  name: string;
  /** Sizes (lengths, counts) go up to this. */
  cap: number;
  sizes: 'least' | 'spread' | 'most';
  /** For values that are no size, in turn. */
  plain: readonly [Extent, ...Extent[]];
  column: ColumnStyle;
  text: TextStyle;
  graph: GraphShape | 'any';
  relabel: boolean;
  /** How plain values differ from row to row of a long input: not, half of them, or along the rows and back, so that each row joins on to the one before. */
  rows: 'same' | 'mixed' | 'chain' | 'back';
  /** Where a sum limits lengths, the first one takes what the others leave; else all have the same share. */
  lopsided: boolean;
  /** For grids with walls; null: rows of letters like others. */
  maze: Maze | null;
  /** Number of test cases. */
  cases: 'one' | 'few' | 'most';
  tokens: number;
  /** Values stay this close to the lowest (or to zero); null: the whole range. */
  width: number | null;
  /** Keeps what was only guessed from the examples. */
  guessed: boolean;
  /** Counts inputs of one kind: a plain value `near` the lowest takes the digits of it. */
  ordinal: number;
}

export const columnStyles: readonly [ColumnStyle, ...ColumnStyle[]] = ['full', 'narrow', 'full', 'two', 'rising', 'falling', 'equal', 'mirror', 'low', 'high', 'log'];
export const textStyles: readonly [TextStyle, ...TextStyle[]] = ['random', 'random', 'pair', 'equal', 'mirror', 'blocks', 'nearly'];
export const graphShapes: readonly [GraphShape, ...GraphShape[]] = ['random', 'path', 'star', 'caterpillar', 'random', 'binary', 'clique', 'broom'];
