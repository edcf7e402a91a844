/**
 * Where the user's own package clients ask: their environment first, then what the client itself answers. Clients are started outside of the judged folder,
 * so that a configuration file of the change has no say.
 */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { Ecosystem } from '../core/guardrail.ts';

type Environment = Record<string, string | undefined>;

const pipDefault = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';

/** The address without a trailing slash, or null where no client tells one. */
export async function registryAddress(ecosystem: Ecosystem, environment: Environment): Promise<string | null> {
  const found = await ask(ecosystem, environment);
  const first = found?.split(/[,|\s]/).find((part) => /^https?:\/\//.test(part));
  return first ? first.replace(/\/+$/, '') : null;
}

async function ask(ecosystem: Ecosystem, env: Environment): Promise<string | null> {
  switch (ecosystem) {
    case 'npm': return env.npm_config_registry ?? env.NPM_CONFIG_REGISTRY ?? await client('npm', ['config', 'get', 'registry'], env);
    case 'pypi': return env.PIP_INDEX_URL ?? env.UV_INDEX_URL ?? await client('python3', ['-m', 'pip', 'config', 'get', 'global.index-url'], env) ?? await client('python3', ['-c', pipDefault], env);
    case 'go': return env.GOPROXY ?? await client('go', ['env', 'GOPROXY'], env);
  }
}

function client(command: string, args: string[], env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: tmpdir(), env: { ...env }, timeout: 15_000 }, (error, stdout) => resolve(error || stdout.trim() === '' ? null : stdout.trim()));
  });
}
