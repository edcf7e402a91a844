/** Workflows: a self-hosted runner that strangers can give work to. What tokens may do is G13's. */
import { LineCounter, parseDocument, isMap, isScalar, type Pair, type Scalar, visit } from 'yaml';
import type { RawFinding } from '../../app/core/finding.ts';

/** Triggers that somebody without write access pulls. */
const open = ['pull_request', 'pull_request_target', 'issues', 'issue_comment', 'pull_request_review', 'pull_request_review_comment', 'discussion', 'discussion_comment', 'fork', 'watch', 'workflow_run'];

export function workflowFindings(path: string, text: string): RawFinding[] {
  if (!/^(?:.*\/)?\.github\/workflows\/[^/]+\.ya?ml$/.test(path) || !text.includes('self-hosted')) return [];
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0 || !isMap(document.contents)) return [{ code: 'WORKFLOW_UNREADABLE', path, startLine: 0, endLine: 0, error: true, values: { why: document.errors[0]?.message.split('\n')[0] ?? 'no mapping' } }];
  const trigger = triggers(document.toJS()).find((each) => open.includes(each));
  if (trigger === undefined) return [];
  const found: RawFinding[] = [];
  visit(document, {
    Pair: (_, pair: Pair) => {
      if (!isScalar(pair.key) || pair.key.value !== 'runs-on' || !/\bself-hosted\b/.test(JSON.stringify(pair.value))) return;
      const { line } = counter.linePos((pair.key as Scalar).range![0]);
      found.push({ code: 'SELF_HOSTED_PUBLIC', path, startLine: line, endLine: line, values: { why: `${trigger} lets strangers run code on it, and what they leave there stays` } });
    },
  });
  return found;
}

function triggers(workflow: unknown): string[] {
  const on = workflow !== null && typeof workflow === 'object' ? (workflow as Record<string, unknown>).on : undefined;
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(on ?? {});
}
