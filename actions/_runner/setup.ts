/**
 * What every composite runs first: what the chosen guardrails need and the runner lacks. Libraries come from our own lock, without scripts, into the action's own
 * folder, and only the few that are needed; tools from deps/tools.lock into the runner's tool cache. Where nothing is missing nothing is done. Of the caller's checkout only the pack that base names has a say.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AssayError, problemOf } from '../../app/core/errors.ts';
import { workflowCommand } from '../../app/core/visible.ts';
import { installTool } from '../../app/edges/tools/install.ts';
import { readLock, toolNamed, toolsHome, type Tool } from '../../app/edges/tools/lock.ts';
import { assayRoot, currentNode, runsAssay, useToolCache } from './host.ts';
import { lockSubset, type Lock } from './lock-subset.ts';
import { chosenNeeds, type Needs } from './needs.ts';
import { packsOnBase } from './packs-on-base.ts';
import { keepHonest, remember } from './tool-cache.ts';

const runnerFolder = join(assayRoot, 'actions', '_runner');
const pinned = `node-linux-${process.arch}`;

async function setup(env: NodeJS.ProcessEnv): Promise<void> {
  const lock = readLock();
  const libraries = JSON.parse(readFileSync(new URL('./dist/needs.json', import.meta.url), 'utf8')) as Record<string, string[]>;
  const isSaid = Boolean(env.ASSAY_ONLY || env.ASSAY_PACK || env.ASSAY_CLI);
  const needs = chosenNeeds(env, { libraries, tools: lock.map(({ name }) => name), packs: isSaid ? null : await packsOnBase(env) });
  const missing = missingLibraries(needs);
  if (missing.length > 0) installLibraries(missing, env.ASSAY_CLI ? 'all' : 'these');
  else process.stdout.write('libraries: nothing to install\n');
  // Only the runner's cache is restored by somebody else; a home that was named is the owner's own.
  const restored = !env.ASSAY_TOOLS;
  useToolCache(process.env);
  for (const name of needs.tools) await installOrSay(toolNamed(name, lock), restored);
}

function missingLibraries({ libraries }: Needs): string[] {
  const require = createRequire(join(runnerFolder, 'dist', 'main.js'));
  const wanted = runsAssay(currentNode()) ? libraries : [...libraries, pinned];
  return wanted.filter((name) => {
    try {
      require.resolve(name === pinned ? `${name}/bin/node` : name);
      return false;
    } catch {
      return true;
    }
  });
}

/** The bundled CLI carries no library: it gets the whole lock. A guardrail gets the few packages that its engine is made of. */
function installLibraries(missing: readonly string[], which: 'all' | 'these'): void {
  const folder = which === 'all' ? assayRoot : runnerFolder;
  // npm would follow a link and empty what is behind it.
  if (lstatSync(join(folder, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) throw new AssayError('SETUP_LINKED', 'node_modules beside the action is a link, and not complete.', { remedy: 'Use the action from its own checkout.' });
  if (which === 'these') writeSubset(missing);
  process.stdout.write(`libraries: npm ci, because ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not here\n`);
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new AssayError('SETUP_LIBRARIES', `npm ci in the action's folder ended with ${error?.message ?? status}.`, { remedy: 'Read its message above; the registry comes from the runner\'s own npm configuration.', cause: error });
}

/** What an earlier step of the same job installed here is asked for again, because npm removes what its lock does not name. */
function writeSubset(missing: readonly string[]): void {
  const manifest = join(runnerFolder, 'package.json');
  const before = existsSync(manifest) ? Object.keys((JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: object }).dependencies) : [];
  const subset = lockSubset(JSON.parse(readFileSync(join(assayRoot, 'package-lock.json'), 'utf8')) as Lock, [...new Set([...before, ...missing])].sort());
  writeFileSync(manifest, JSON.stringify(subset.manifest));
  writeFileSync(join(runnerFolder, 'package-lock.json'), JSON.stringify(subset.lock));
}

/** A tool that does not come fails the guardrail that cannot do without it, which then says so itself, and no other. */
async function installOrSay(tool: Tool, restored: boolean): Promise<void> {
  try {
    process.stdout.write(`${tool.name} ${tool.version}: ${await install(tool, restored)}\n`);
  } catch (thrown) {
    const problem = problemOf(thrown);
    process.stdout.write(workflowCommand('warning', { title: `Assay ${problem.code}`, message: `${tool.name}: ${problem.message} – ${problem.remedy}` }));
  }
}

async function install(tool: Tool, restored: boolean): Promise<string> {
  const home = toolsHome();
  if (restored) keepHonest(tool, home);
  const result = await installTool(tool, home);
  if (restored) remember(tool, home);
  return result;
}

try {
  await setup(process.env);
} catch (thrown) {
  const problem = problemOf(thrown);
  process.stdout.write(workflowCommand('error', { title: `Assay ${problem.code}`, message: `${problem.message} – ${problem.remedy}` }));
  process.exitCode = /^(USAGE|CONFIG)(_|$)/.test(problem.code) ? 2 : 3;
}
