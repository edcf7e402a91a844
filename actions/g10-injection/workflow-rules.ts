/** Workflow faults beside pasted expressions: foreign checkouts, the environment file, conditions that are always true, hidden action names, shared caches. */
import type { Hit } from '../../app/core/finding.ts';
import { isMap, isScalar, isSeq } from 'yaml';
import { expressionsIn } from './expressions.ts';
import type { Step, Workflow } from './workflow.ts';

const foreignHead = /github\.event\.pull_request\.head\.(sha|ref)|github\.head_ref|github\.event\.workflow_run\.head_(sha|branch)|refs\/pull\/|github\.event\.(pull_request\.number|issue\.number|number)[^}]*\}\}\/(merge|head)/i;
const privileged = ['pull_request_target', 'workflow_run', 'issue_comment'];

export function ruleHits(workflow: Workflow): Hit[] {
  return [
    ...permissions(workflow), ...insecureCommands(workflow), ...conditions(workflow),
    ...workflow.steps.flatMap((step) => [...checkout(workflow, step), ...environment(workflow, step), ...obfuscated(workflow, step)]),
    ...caches(workflow),
  ];
}

function isPrivileged(workflow: Workflow): boolean {
  return workflow.triggers.some((trigger) => privileged.includes(trigger));
}

/** With a privileged trigger a token that may write everything is a prize; elsewhere it is worth a note. */
function permissions(workflow: Workflow): Hit[] {
  const node = workflow.root.get('permissions', true);
  if (!isScalar(node) || node.value !== 'write-all') return [];
  const hit = workflow.place.hit('WORKFLOW_PERMISSIONS', node, 'permissions: write-all');
  return [isPrivileged(workflow) ? hit : { ...hit, severity: 'info' }];
}

function checkout(workflow: Workflow, step: Step): Hit[] {
  const inputs = step.node.get('with');
  const uses = step.node.get('uses', true);
  if (!isPrivileged(workflow) || !isMap(inputs) || !isScalar(uses) || !/^actions\/checkout@/.test(String(uses.value))) return [];
  const reference = [inputs.get('ref'), inputs.get('repository')].map(String).find((value) => foreignHead.test(value) || /head\.repo/.test(value));
  return reference ? [workflow.place.hit('WORKFLOW_PRIVILEGED_CHECKOUT', uses, `${workflow.triggers.join(', ')}: ref ${reference}`)] : [];
}

const writesEnvironment = /(?:>>?|tee\s+(?:-a\s+|--append\s+)?|Out-File[^\n]*|Add-Content[^\n]*|Set-Content[^\n]*)\s*["']?(?:\$\{?(?:env:)?|%)GITHUB_(?:ENV|PATH)\b/i;

/** Later steps read the environment file; a fixed text in it is harmless, anything computed may be a stranger's. */
function environment(workflow: Workflow, step: Step): Hit[] {
  if (!workflow.composite && !isPrivileged(workflow)) return [];
  const run = step.node.get('run', true);
  if (!isScalar(run) || typeof run.value !== 'string') return [];
  const lines = run.value.split('\n');
  const index = lines.findIndex((line) => writesEnvironment.test(line) && isComputed(line.split(writesEnvironment)[0] ?? ''));
  if (index < 0) return [];
  const hit = workflow.place.hit('WORKFLOW_ENVIRONMENT', run, lines[index]!);
  const first = hit.startLine + (String(run.type).startsWith('BLOCK') ? 1 : 0) + index;
  return [{ ...hit, startLine: first, endLine: first }];
}

function isComputed(text: string): boolean {
  const open = text.replace(/'[^']*'/g, '').replace(/\$\{?(?:env:)?(?:GITHUB_(?:WORKSPACE|ACTION_PATH|SHA|RUN_ID|RUN_NUMBER|REPOSITORY)|RUNNER_\w+|HOME|PWD|PATH)\}?/g, '');
  return /\$[\w({]|%\w+%|`/.test(open) || /^\s*(cat|jq|grep|sed|awk|python3?|node)\b/.test(open);
}

function insecureCommands(workflow: Workflow): Hit[] {
  const at = workflow.text.split('\n').findIndex((line) => /^\s*-?\s*ACTIONS_ALLOW_UNSECURE_COMMANDS\s*:\s*['"]?(true|1|yes)\b/i.test(line));
  return at < 0 ? [] : [{ ...workflow.place.hit('WORKFLOW_ENVIRONMENT', null, 'ACTIONS_ALLOW_UNSECURE_COMMANDS'), startLine: at + 1, endLine: at + 1 }];
}

/** `if:` of jobs and steps. */
function conditions(workflow: Workflow): Hit[] {
  const holders = [...workflow.steps.map((step) => step.node), ...new Set(workflow.steps.map((step) => step.job).filter((job) => job !== null))];
  return holders.flatMap((holder): Hit[] => {
    const node = holder.get('if', true);
    if (!isScalar(node) || typeof node.value !== 'string') return [];
    const text = node.value;
    const padded = expressionsIn(text).length > 0 && /^[|>]/.test(workflow.text.slice(node.range![0], node.range![0] + 1)) && text.endsWith('\n') && /^\s*\$\{\{/.test(text);
    const searched = /contains\(\s*'[^']*'\s*,\s*(?:github\.(?:ref|head_ref|ref_name|actor|base_ref|triggering_actor)|env\.|inputs\.|github\.event)/i.test(text);
    const actor = isPrivileged(workflow) && /github\.(?:actor|triggering_actor)\s*(?:==|!=)\s*'[^']*\[bot\]'|'[^']*\[bot\]'\s*==\s*github\.(?:actor|triggering_actor)|contains\(\s*github\.actor\s*,\s*'\[?bot/i.test(text);
    return padded || searched || actor ? [workflow.place.hit('WORKFLOW_CONDITION', node, padded ? `always true, the text around the expression is no longer empty: ${text}` : text)] : [];
  });
}

function obfuscated(workflow: Workflow, step: Step): Hit[] {
  const uses = step.node.get('uses', true);
  const name = isScalar(uses) ? String(uses.value).split('@')[0]! : '';
  const odd = !name.startsWith('docker:') && (/[^:]\/\/|\/\.{1,2}(\/|$)|\/$/.test(name.replace(/^\.{1,2}\//, '')));
  const hits = odd ? [workflow.place.hit('WORKFLOW_OBFUSCATED', uses as never, String((uses as { value: unknown }).value))] : [];
  const inputs = step.node.get('with', true);
  return isScalar(inputs) && expressionsIn(String(inputs.value)).length > 0 ? [...hits, workflow.place.hit('WORKFLOW_OBFUSCATED', inputs, `with: ${String(inputs.value)}`)] : hits;
}

const publishers = /^(pypa\/gh-action-pypi-publish|softprops\/action-gh-release|docker\/build-push-action|JS-DevTools\/npm-publish|rubygems\/release-gem|goreleaser\/goreleaser-action|ncipollo\/release-action|actions\/create-release|cargo-bins\/release|google-github-actions\/deploy|changesets\/action|pulp|JamesIves\/github-pages-deploy-action|elgohr\/Publish-Docker|aws-actions\/amazon-ecs-deploy|azure\/webapps-deploy)/i;
const publishRuns = /\b(npm|pnpm|yarn|cargo|poetry|uv|hatch|flit|gem|twine|mvn|gradle)\b[^\n]{0,40}\b(publish|upload|push|deploy)\b|\bgh release (create|upload)\b|\bdocker push\b/i;
const cachers = /^actions\/cache(\/restore)?@|^Swatinem\/rust-cache@|^mozilla-actions\/sccache/i;
const setups = /^(actions\/setup-(node|python|go|java|ruby)|astral-sh\/setup-uv|pnpm\/action-setup|ruby\/setup-ruby|oven-sh\/setup-bun|gradle\/actions\/setup-gradle|gradle\/gradle-build-action|actions-rust-lang\/setup-rust-toolchain|docker\/build-push-action|docker\/setup-buildx-action|denoland\/setup-deno|dart-lang|moonrepo\/setup-rust)/i;

/** A release that starts from a cache which any branch may have written. */
function caches(workflow: Workflow): Hit[] {
  const publishes = workflow.triggers.includes('release') || isTagPush(workflow) || workflow.steps.some(({ node }) => publishers.test(String(node.get('uses') ?? '')) || publishRuns.test(String(node.get('run') ?? '')));
  if (!publishes || !(workflow.triggers.includes('release') || isTagPush(workflow) || workflow.triggers.includes('push'))) return [];
  return workflow.steps.flatMap(({ node }) => {
    const uses = node.get('uses', true);
    const name = isScalar(uses) ? String(uses.value) : '';
    return cachers.test(name) && !isOff(node.get('with')) || (setups.test(name) && restores(name, node.get('with'))) ? [workflow.place.hit('WORKFLOW_CACHE', uses as never, name)] : [];
  });
}

function isTagPush(workflow: Workflow): boolean {
  const on: unknown = workflow.root.get('on') ?? workflow.root.get(true);
  const push = isMap(on) ? on.get('push') : undefined;
  const tags = isMap(push) ? push.get('tags') : undefined;
  return isSeq(tags) || typeof tags === 'string';
}

function isOff(inputs: unknown): boolean {
  return isMap(inputs) && (inputs.get('lookup-only') === true || String(inputs.get('lookup-only')) === 'true');
}

/** Some set-up actions restore a cache unless told not to, others only when told to. */
function restores(name: string, inputs: unknown): boolean {
  const value = (key: string): string => String((isMap(inputs) ? inputs.get(key) : undefined) ?? '');
  if (/setup-go/.test(name)) return value('cache') !== 'false';
  if (/setup-gradle|gradle-build-action|setup-rust/.test(name)) return value('cache-disabled') !== 'true' && value('cache') !== 'false';
  if (/setup-uv/.test(name)) return value('enable-cache') !== 'false';
  if (/ruby/.test(name)) return value('bundler-cache') === 'true';
  if (/build-push/.test(name)) return value('cache-from') !== '' && value('push') === 'true';
  return !['', 'false', 'undefined'].includes(value('cache')) && !value('cache').includes('${{');
}
