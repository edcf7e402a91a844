/** What every entry that judges a change hands to the runner: registries, scanners, probes with a sandbox and packages that are loaded and opened when first needed, the clock. */
import { systemClock } from '../edges/clock.ts';
import { packageLookup } from '../edges/packages.ts';
import { scanners } from '../edges/scanners/all.ts';
import { answersOnDisk } from '../edges/scanners/cache.ts';
import { folderOf, installCommand, readLock, toolNamed, toolPath, toolsHome } from '../edges/tools/lock.ts';
import { probes } from '../guardrails/probes/all.ts';
import type { GuardrailTools } from '../guardrails/runner.ts';
import { toolbox } from '../guardrails/toolbox.ts';
import type { Dependencies } from '../core/ports/dependencies.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';

export interface GuardingOptions {
  registries?: Record<string, string> | undefined;
  sandbox?: Sandbox | undefined;
  /** Keep scanners' answers for the next run on this machine. */
  keepAnswers?: boolean;
  progress?: GuardrailTools['progress'];
}

export function guarding({ registries, sandbox, keepAnswers = false, progress }: GuardingOptions = {}): GuardrailTools {
  let opened: Promise<Sandbox> | undefined;
  const open = () => (opened ??= sandbox ? Promise.resolve(sandbox) : import('../edges/sandbox/open.ts').then(({ openSandbox }) => openSandbox()));
  const cache = keepAnswers ? answersOnDisk() : undefined;
  return {
    packages: packageLookup(registries ? { registries } : {}),
    clock: systemClock,
    toolbox: toolbox({ scanners: scanners(), probes: probes({ sandbox: open, dependencies: lateDependencies(), tool: toolHere, cache }), ...(cache ? { cache } : {}) }),
    ...(progress ? { progress } : {}),
  };
}

function toolHere(name: string): { version: string } & ({ folder: string } | { install: string }) {
  const tool = toolNamed(name, readLock());
  return toolPath(name) === null ? { version: tool.version, install: installCommand(tool) } : { version: tool.version, folder: folderOf(tool, toolsHome()) };
}

function lateDependencies(): Dependencies {
  let loaded: Promise<Dependencies> | undefined;
  return { fetch: async (request) => (await (loaded ??= import('../edges/dependencies/fetch.ts').then(({ dependencies }) => dependencies()))).fetch(request) };
}
