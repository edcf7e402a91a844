/** What GitHub reads of a workflow file when it is dispatched: whether it may be, and which inputs it takes. */
import { parse } from 'yaml';

/** Null where the workflow has no `workflow_dispatch` trigger. */
export function declaredInputs(text: string): string[] | null {
  const { on } = parse(text) as { on?: unknown };
  if (on === 'workflow_dispatch' || (Array.isArray(on) && on.includes('workflow_dispatch'))) return [];
  if (typeof on !== 'object' || on === null || !('workflow_dispatch' in on)) return null;
  const trigger = on.workflow_dispatch as { inputs?: object } | null;
  return Object.keys(trigger?.inputs ?? {});
}
