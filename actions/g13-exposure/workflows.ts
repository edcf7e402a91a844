/** Workflows and composite actions: what their tokens may do, which secrets they hand on, and what they leave behind. */
import { isMap, isScalar, type Node } from 'yaml';
import { clip, visible } from '../../app/core/visible.ts';
import { YamlTree } from '../../app/core/yaml-tree.ts';
import { publishing } from './publishing.ts';

export interface Hit {
  code: string;
  startLine: number;
  endLine: number;
  values: Record<string, string>;
  error?: true;
}

export interface Job {
  id: string;
  keyNode: Node;
  node: Node | null;
  /** The permissions that hold for it: its own, else the workflow's; null where nobody set any. */
  permissions: Node | null;
  own: boolean;
  steps: Node[];
}

export interface Workflow {
  tree: YamlTree;
  root: Node;
  composite: boolean;
  triggers: string[];
  jobs: Job[];
  hit(code: string, node: Node | null, text: string): Hit;
}

export function isWorkflow(path: string): boolean {
  return /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/i.test(path);
}

export function isActionFile(path: string): boolean {
  return /(^|\/)action\.ya?ml$/i.test(path);
}

export function tokenHits({ path, text }: { path: string; text: string }): Hit[] {
  const tree = new YamlTree(text);
  const root = tree.resolve(tree.documents[0]?.contents);
  if (tree.fault !== null || !isMap(root)) {
    if (isActionFile(path) && !isWorkflow(path)) return [];
    return [{ code: 'WORKFLOW_UNREADABLE', startLine: 0, endLine: 0, error: true, values: { why: tree.fault ?? 'it is no mapping' } }];
  }
  const workflow = read(tree, root, isActionFile(path) && !isWorkflow(path));
  return [...scopes(workflow), ...inherited(workflow), ...secretsIn(workflow), ...persisted(workflow), ...publishing(workflow)];
}

function read(tree: YamlTree, root: Node, composite: boolean): Workflow {
  const on = tree.at(root, 'on') ?? tree.at(root, 'true');
  const triggers = isScalar(on) ? [String(on.value)] : [...tree.items(on).map((item) => tree.text(item) ?? ''), ...tree.entries(on).map((entry) => entry.key)];
  const top = tree.at(root, 'permissions');
  const jobs = tree.entries(tree.at(root, 'jobs')).map(({ key, keyNode, value }): Job => {
    const own = tree.at(value, 'permissions');
    return { id: key, keyNode, node: value, own: own !== null, permissions: own ?? top, steps: tree.items(tree.at(value, 'steps')) };
  });
  if (composite) jobs.push({ id: 'composite', keyNode: root, node: root, own: false, permissions: null, steps: tree.items(tree.at(root, 'runs', 'steps')) });
  const hit = (code: string, node: Node | null, text: string): Hit => ({ code, startLine: tree.line(node), endLine: tree.line(node), values: { text: clip(visible(text.trim()), 160) } });
  return { tree, root, composite, triggers, jobs, hit };
}

const all = /^(write|read)-all$/;

function scopes({ tree, root, composite, triggers, jobs, hit }: Workflow): Hit[] {
  if (composite) return [];
  const top = tree.at(root, 'permissions');
  const wide = [top, ...jobs.filter((job) => job.own).map((job) => job.permissions)].filter((node) => all.test(tree.text(node) ?? ''))
    .map((node) => hit('TOKEN_SCOPE', node, `permissions: ${tree.text(node)}`));
  // One job alone has the same scope, wherever it is written.
  const heirs = jobs.filter((job) => !job.own);
  const shared = jobs.length > 1 && heirs.length > 0 ? tree.entries(top).filter(({ value }) => tree.text(value) === 'write') : [];
  const onlyCalled = triggers.length > 0 && triggers.every((trigger) => trigger === 'workflow_call');
  // Whoever calls a reusable workflow sets its scope, but for the workflows that it calls in turn.
  const unset = top === null ? heirs.filter((job) => !onlyCalled || tree.at(job.node, 'uses') !== null) : [];
  return [
    ...wide, ...shared.map(({ key, keyNode }) => hit('TOKEN_SCOPE', keyNode, `${key}: write for all jobs, ${heirs.map((job) => job.id).join(', ')} included`)),
    ...unset.map((job) => hit('TOKEN_SCOPE', job.keyNode, `${job.id} sets no permissions and gets the repository's default`)),
  ];
}

function inherited({ tree, jobs, hit }: Workflow): Hit[] {
  return jobs.map((job) => tree.at(job.node, 'secrets')).filter((node) => tree.text(node) === 'inherit').map((node) => hit('SECRETS_INHERITED', node, 'secrets: inherit'));
}

const whole = /\btojson\s{0,9}\(\s{0,9}secrets\s{0,9}\)|(?<![\w.])secrets\s{0,9}\[\s{0,9}(?!['"])/i;
const parsed = /\bfromjson\s{0,9}\(\s{0,9}secrets\s{0,9}[.[]/i;

function secretsIn({ tree, hit }: Workflow): Hit[] {
  return tree.strings().flatMap(({ node, text }): Hit[] => expressionsIn(text).flatMap(({ body, at }): Hit[] => {
    const code = whole.test(body) ? 'SECRETS_OVERPROVISIONED' : parsed.test(body) ? 'SECRET_UNREDACTED' : null;
    if (code === null) return [];
    const line = tree.lineWithin(node, at);
    return [{ ...hit(code, node, `\${{${body}}}`), startLine: line, endLine: line }];
  }));
}

/** What stands between `${{` and `}}`, in one pass. */
function expressionsIn(text: string): { body: string; at: number }[] {
  const found: { body: string; at: number }[] = [];
  for (let at = text.indexOf('${{'); at >= 0; ) {
    const end = text.indexOf('}}', at);
    if (end < 0) break;
    found.push({ body: text.slice(at + 3, Math.min(end, at + 20_000)), at });
    at = text.indexOf('${{', end);
  }
  return found;
}

const pushes = /\bgit\b[^\n]{0,200}\bpush\b|\bgit\s+(fetch|pull|submodule|lfs)\b|\bsemantic-release\b|\brelease-it\b|\blerna\s+(version|publish)\b|\bnpm\s+version\b|\bmike\s+deploy\b|\bmkdocs\s+gh-deploy\b|\bgh-pages\b/;
const pushers = /create-pull-request|auto-commit|add-and-commit|github-push-action|gh-pages|changesets\/action|semantic-release|release-please|git-auto|bump|tag-action|goreleaser|publish-unit-test|commit-action|sync/i;

/** A checkout keeps its token in .git/config unless told not to. A job that talks to the remote afterwards needs it. */
function persisted({ tree, jobs, hit }: Workflow): Hit[] {
  return jobs.flatMap((job) => {
    const needed = job.steps.some((step) => pushes.test(tree.text(tree.at(step, 'run')) ?? '') || pushers.test(tree.text(tree.at(step, 'uses')) ?? ''));
    if (needed) return [];
    return job.steps.flatMap((step) => {
      const uses = tree.at(step, 'uses');
      if (!/^actions\/checkout@/i.test(tree.text(uses) ?? '') || tree.text(tree.at(step, 'with', 'persist-credentials')) === 'false') return [];
      return [hit('CREDENTIALS_PERSISTED', uses, `${tree.text(uses)} without persist-credentials: false`)];
    });
  });
}
