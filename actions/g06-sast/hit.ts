/** One place in one file, before it becomes a finding. */
import type { Node } from '../../app/core/syntax.ts';

export interface Hit {
  code: string;
  node: Node;
  why: string;
}
