/** Jobs that publish packages with a stored token where the registry would take the job's own short-lived identity. */
import type { Hit, Job, Workflow } from './workflows.ts';

const commands: { what: string; pattern: RegExp }[] = [
  { what: 'npm', pattern: /(?:^|\s)(?:npm|pnpm|bun|yarn(?:\s+npm)?)(?:\s+-[\w-]+(?:=\S+)?|\s+(?:workspaces?|foreach|run)\b)*\s+publish\b/ },
  { what: 'PyPI', pattern: /\btwine\b\S*\s(?:[^;&|]*\s)?upload\b|\b(?:uv|hatch|pdm|flit|poetry)(?:\s+-\S+)*\s+publish\b/ },
  { what: 'RubyGems', pattern: /\bgem\s+push\b/ },
  { what: 'crates', pattern: /\bcargo(?:\s+\+\S+)?\s+publish\b/ },
];
/** Not a publication, or one to a registry of their own. */
const other = /--(dry-run|help|registry|repository|repository-url|index|index-url|publish-url|host)\b|\s-(r|n)\s/;
const quiet = /^\s*(#|echo\b|printf\b)/;

const actions: { uses: RegExp; input: string; elsewhere: string[] }[] = [
  { uses: /^pypa\/gh-action-pypi-publish@/i, input: 'password', elsewhere: ['repository-url', 'repository_url'] },
  { uses: /^rubygems\/configure-rubygems-credentials@/i, input: 'api-token', elsewhere: ['gem-server'] },
  { uses: /^JS-DevTools\/npm-publish@/i, input: 'token', elsewhere: ['registry'] },
];

export function publishing(workflow: Workflow): Hit[] {
  return workflow.jobs.flatMap((job) => [...byAction(workflow, job), ...(workflow.composite || hasIdentity(workflow, job) || hasOwnRegistry(workflow, job) ? [] : byCommand(workflow, job))]);
}

/** The job may ask for an identity token: then it can publish with that, and its command cannot show whether it does. */
function hasIdentity({ tree }: Workflow, job: Job): boolean {
  return tree.text(job.permissions) === 'write-all' || tree.text(tree.at(job.permissions, 'id-token')) === 'write';
}

/** A registry given to the set-up step, as for packages that stay on the code host. */
function hasOwnRegistry({ tree }: Workflow, job: Job): boolean {
  return job.steps.some((step) => /github|gitlab|localhost|127\.0\.0\.1|\$\{\{/i.test(tree.text(tree.at(step, 'with', 'registry-url')) ?? ''));
}

function byAction({ tree, hit }: Workflow, job: Job): Hit[] {
  return job.steps.flatMap((step) => {
    const uses = tree.text(tree.at(step, 'uses')) ?? '';
    const known = actions.find((each) => each.uses.test(uses));
    if (!known || known.elsewhere.some((input) => tree.at(step, 'with', input) !== null)) return [];
    const token = tree.at(step, 'with', known.input);
    return token === null ? [] : [hit('PUBLISH_TOKEN_LONG_LIVED', token, `${uses.split('@')[0]} with ${known.input}`)];
  });
}

function byCommand({ tree, hit }: Workflow, job: Job): Hit[] {
  return job.steps.flatMap((step) => {
    const run = tree.at(step, 'run');
    const text = tree.text(run);
    if (run === null || text === null) return [];
    return commandsOf(text).flatMap(({ command, at }) => {
      const known = quiet.test(command) || other.test(command) ? undefined : commands.find(({ pattern }) => pattern.test(command));
      if (!known) return [];
      const line = tree.lineWithin(run, at);
      return [{ ...hit('PUBLISH_TOKEN_LONG_LIVED', run, `${command.trim().replace(/\s+/g, ' ')} (${known.what})`), startLine: line, endLine: line }];
    });
  });
}

/** A script's commands, with continued lines joined, and where each begins. */
function commandsOf(text: string): { command: string; at: number }[] {
  const joined = text.replace(/\\\n/g, '  ');
  return [...joined.matchAll(/[^\n;&|]+/g)].map((match) => ({ command: match[0].slice(0, 2000), at: match.index }));
}
