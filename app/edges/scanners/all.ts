/** Every scanner that a guardrail may name in its `tools`. */
import type { Scanner } from '../../core/ports/toolbox.ts';

export function scanners(): Scanner[] {
  return [];
}
