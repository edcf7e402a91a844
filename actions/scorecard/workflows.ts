/** Checks over workflows: pinned actions and images, token permissions, dangerous patterns, tests in CI, static analysis. */
import { parse } from 'yaml';
import { z } from 'zod';
import { type Check, isOwn, type Offender, ratio, type View } from './check.ts';

const Permissions = z.union([z.string(), z.record(z.string(), z.string()), z.null()]).optional();
const Step = z.looseObject({ run: z.string().optional(), uses: z.string().optional(), with: z.record(z.string(), z.unknown()).nullish() });
const Workflow = z.looseObject({ permissions: Permissions, jobs: z.record(z.string(), z.looseObject({ permissions: Permissions, steps: z.array(Step).nullish(), uses: z.string().optional() })).nullish() });

export interface Flow {
  path: string;
  text: string;
  rows: string[];
  triggers: string;
  content: z.infer<typeof Workflow>;
}

/** No workflow that people write comes near; a longer one could keep the reader busy for hours. */
const maxLength = 200_000;

export const isWorkflow = (path: string): boolean => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path);

/** Workflows of the tree, and those that nobody can read. */
export function flowsOf({ paths, read }: View): { flows: Flow[]; broken: { path: string; why: string }[] } {
  const flows: Flow[] = [];
  const broken: { path: string; why: string }[] = [];
  for (const path of paths.filter(isWorkflow)) {
    const text = read(path);
    if (text === null) continue;
    if (text.length > maxLength) {
      broken.push({ path, why: `it is longer than ${maxLength} characters` });
      continue;
    }
    try {
      const value: unknown = parse(text, { maxAliasCount: 100 });
      flows.push({ path, text, rows: text.split('\n'), triggers: JSON.stringify(z.looseObject({ on: z.unknown() }).parse(value).on ?? null), content: Workflow.parse(value) });
    } catch (thrown) {
      broken.push({ path, why: thrown instanceof z.ZodError ? z.prettifyError(thrown).split('\n')[0]! : thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown) });
    }
  }
  return { flows, broken };
}

export function pinned(view: View): Check {
  const places = [...usesIn(view), ...imagesIn(view)];
  const offenders = places.filter((each) => !each.pinned);
  return { name: 'Pinned-Dependencies', weight: 5, score: ratio(places.length - offenders.length, places.length), offenders, why: `${offenders.length} of ${places.length} actions and images are named by a tag` };
}

type Place = Offender & { pinned: boolean };

function usesIn({ paths, read }: View): Place[] {
  return paths.filter((path) => isWorkflow(path) || (/(^|\/)action\.ya?ml$/.test(path) && isOwn(path))).flatMap((path) => (read(path) ?? '').split('\n').flatMap((row, index) => {
    const target = /^\s*(?:-\s*)?["']?uses["']?\s*:\s*["']?([^\s"'#]+)/.exec(row.slice(0, 1000))?.[1];
    if (target === undefined || target.startsWith('./') || target.startsWith('$/')) return [];
    return [{ path, line: index + 1, key: `${path} ${target}`, why: `${target} is no commit`, pinned: /@[0-9a-f]{40}$|@sha256:[0-9a-f]{64}$/.test(target) }];
  }));
}

function imagesIn({ paths, read }: View): Place[] {
  return paths.filter((path) => isOwn(path) && /(^|\/)((Dockerfile|Containerfile)([.-][^/]*)?|[^/]+\.(dockerfile|containerfile))$/i.test(path)).flatMap((path) => {
    const stages = new Set<string>(['scratch']);
    return (read(path) ?? '').split('\n').flatMap((row, index) => {
      const [, image, stage] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(row.slice(0, 1000)) ?? [];
      if (image === undefined) return [];
      const known = stages.has(image.toLowerCase());
      if (stage !== undefined) stages.add(stage.toLowerCase());
      return known ? [] : [{ path, line: index + 1, key: `${path} ${image}`, why: `${image} is no digest`, pinned: /@sha256:[0-9a-f]{64}$/.test(image) }];
    });
  });
}

export function permissions(flows: readonly Flow[]): Check {
  const offenders = flows.flatMap((flow): Offender[] => {
    const { permissions: top, jobs } = flow.content;
    const whole = writes(top);
    const line = Math.max(0, flow.rows.findIndex((row) => /^permissions\s*:/.test(row))) + 1;
    if (whole.length > 0) return [{ path: flow.path, line, key: `${flow.path} top ${whole.join()}`, why: `all its jobs may write ${whole.join(', ')}` }];
    const open = Object.entries(jobs ?? {}).filter(([, job]) => top === undefined && job.permissions === undefined);
    return open.length === 0 ? [] : [{ path: flow.path, line: 1, key: `${flow.path} none`, why: `job ${open[0]![0]} states no permissions, nor does the workflow` }];
  });
  return { name: 'Token-Permissions', weight: 7.5, score: ratio(flows.length - offenders.length, flows.length), offenders, why: offenders[0]?.why ?? 'every workflow states its permissions' };
}

function writes(stated: z.infer<typeof Permissions>): string[] {
  if (typeof stated === 'string') return stated === 'write-all' ? ['everything'] : [];
  return Object.entries(stated ?? {}).flatMap(([name, value]) => (value === 'write' ? [name] : []));
}

const untrusted = /\$\{\{[^}]{0,300}\bgithub\.(?:head_ref|event\.(?:issue|pull_request|comment|review|review_comment|discussion|head_commit|commits|workflow_run|pages)\b[^}]{0,300}\.(?:title|body|message|name|email|ref|label|page_name|head_branch))\b[^}]{0,300}\}\}/;
const head = /github\.(?:event\.(?:pull_request\.head|workflow_run\.head)|head_ref)/;

export function dangerous(flows: readonly Flow[]): Check {
  const offenders = flows.flatMap((flow) => Object.values(flow.content.jobs ?? {}).flatMap((job) => (job.steps ?? []).flatMap((step): Offender[] => {
    const expression = untrusted.exec(step.run ?? '')?.[0];
    if (expression !== undefined) return [at(flow, expression, 'a text of strangers is put into a script')];
    const ref = String(step.with?.ref ?? '');
    const privileged = /pull_request_target|workflow_run/.test(flow.triggers);
    return privileged && /^actions\/checkout@/.test(step.uses ?? '') && head.test(ref) ? [at(flow, ref, 'a privileged workflow checks out the code of a pull request')] : [];
  })));
  return { name: 'Dangerous-Workflow', weight: 10, score: flows.length === 0 ? null : offenders.length > 0 ? 0 : 10, offenders, why: offenders[0]?.why ?? 'no dangerous pattern' };
}

function at({ path, rows }: Flow, text: string, why: string): Offender {
  return { path, line: Math.max(0, rows.findIndex((row) => row.includes(text))) + 1, key: `${path} ${text}`, why };
}

const tests = /\b(npm|pnpm|yarn|bun)\s+(run\s+)?(test|t)\b|\bnpm\s+cit?\b.*test|\b(pytest|tox|nox|vitest|jest|mocha|go test|cargo test|mvn|gradle\w*|make (test|check)|ctest|phpunit|rspec|unittest)\b|\.ci\/run\b/;
const analysis = /uses:\s*["']?(github\/codeql-action|(semgrep|returntocorp)\/|sonarsource\/|snyk\/|zizmorcore\/|securego\/|pycqa\/bandit)|\b(semgrep|bandit|gosec|codeql|zizmor)\b|assay\b.*\bguard\b|\/\.github\/workflows\/assay\.yml\b/i;

export function ciTests(flows: readonly Flow[]): Check {
  const runs = flows.some((flow) => /pull_request|push|merge_group/.test(flow.triggers) && tests.test(flow.text));
  return { name: 'CI-Tests', weight: 2.5, score: runs ? 10 : 0, offenders: [], why: runs ? 'a workflow runs tests' : 'no workflow runs tests on pushes or pull requests' };
}

export function sast(flows: readonly Flow[]): Check {
  const runs = flows.some((flow) => analysis.test(flow.text));
  return { name: 'SAST', weight: 5, score: runs ? 10 : 0, offenders: [], why: runs ? 'a workflow runs static analysis' : 'no workflow runs static analysis' };
}
