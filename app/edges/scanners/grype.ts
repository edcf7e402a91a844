/**
 * grype over the changed lock files and its own database, which it never fetches here. No database: missing; one older than seven days it refuses itself, and one that does not know
 * a fault that everybody knows has not said that all is well. What the lock says is only for development it leaves out.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LockError } from '../../core/locked/package.ts';
import { isLock, readLock } from '../../core/locked/read.ts';
import { osvEcosystem } from '../../core/osv/record.ts';
import type { Ecosystem } from '../../core/guardrail.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import { fromGrype } from '../../core/vulnerability/adapters/grype.ts';
import { toolsHome } from '../tools/lock.ts';
import { canaries } from './osv-records.ts';
import { type Place, type ScanOutput, scanner } from './scan.ts';

const Located = z.object({ matches: z.array(z.object({ artifact: z.object({ type: z.string(), locations: z.array(z.object({ path: z.string() })).min(1) }) })) });
const ecosystems: Readonly<Record<string, Ecosystem>> = { npm: 'npm', python: 'pypi', 'go-module': 'go' };
const read = /(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|[^/]*requirements[^/]*\.txt|go\.mod)$/;
const canaryFolder = 'assay-canary';
const maxAge = '168h';

/** Where its database is; `grype db update` and `grype db import` fill it. */
export function grypeHome(): string {
  return process.env.GRYPE_DB_CACHE_DIR ?? join(toolsHome(), 'grype-db');
}

export function grype(home: () => string = grypeHome): Scanner {
  const inner = scanner({
    name: 'grype', perGuardrail: false, exit: { clean: [0], findings: [0] }, files: lockFiles, prepare: layCanaries,
    args: ({ folder }) => [`dir:${folder}`, '--output', 'json', '--quiet', '--name', 'change'],
    env: () => ({ GRYPE_DB_CACHE_DIR: home(), GRYPE_DB_AUTO_UPDATE: 'false', GRYPE_DB_REQUIRE_UPDATE_CHECK: 'false', GRYPE_DB_VALIDATE_AGE: 'true', GRYPE_DB_MAX_ALLOWED_BUILT_AGE: maxAge, GRYPE_CHECK_FOR_APP_UPDATE: 'false', GRYPE_EXTERNAL_SOURCES_ENABLE: 'false' }),
    parse,
  });
  return {
    // The database decides as much as the files do.
    ...inner, keyed: () => null,
    async scan(request) {
      if (Object.keys(lockFiles(request)).length === 0 || existsSync(join(home(), '6', 'vulnerability.db'))) return await inner.scan(request);
      const install = `GRYPE_DB_CACHE_DIR=${home()} grype db update`;
      return ToolAnswer.parse({ tool: inner.name, version: inner.version, state: 'missing', why: `it has no database at ${home()}`, install });
    },
  };
}

function lockFiles({ changed }: Pick<ToolRequest, 'changed'>): Record<string, string> {
  return Object.fromEntries(changed.filter(({ path }) => isLock(path) && read.test(path) && !path.startsWith(`${canaryFolder}/`)).map(({ path, text }) => [path, text]));
}

function asked(request: Pick<ToolRequest, 'changed'>): Ecosystem[] {
  return [...new Set(Object.entries(lockFiles(request)).flatMap(([path, text]) => {
    try {
      return readLock({ path, text }).map(({ ecosystem }) => ecosystem);
    } catch (thrown) {
      if (thrown instanceof LockError) return [];
      throw thrown;
    }
  }))];
}

/** A lock file of each kind that was asked about, with a version whose faults have been public for years. */
function layCanaries({ folder }: Place, request: ToolRequest): null {
  const { npm, pypi, go } = canaries;
  const texts: Record<Ecosystem, [string, string]> = {
    npm: ['package-lock.json', JSON.stringify({ name: 'canary', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'canary', version: '1.0.0' }, [`node_modules/${npm.name}`]: { version: npm.version } } })],
    pypi: ['requirements.txt', `${pypi.name}==${pypi.version}\n`], go: ['go.mod', `module canary.invalid/a\n\ngo 1.24\n\nrequire ${go.name} v${go.version}\n`],
  };
  for (const ecosystem of asked(request)) {
    const [name, text] = texts[ecosystem];
    mkdirSync(join(folder, canaryFolder, ecosystem), { recursive: true });
    writeFileSync(join(folder, canaryFolder, ecosystem, name), text);
  }
  return null;
}

/** One finding for each fault and lock file. `rule` is all its names, `message` the package as JSON, as with osv-scanner. */
function parse({ stdout }: ScanOutput, request: ToolRequest) {
  const json: unknown = JSON.parse(stdout);
  const { failure, found } = fromGrype(json);
  if (failure) throw new Error(failure.why);
  const matches = Located.parse(json).matches.map(({ artifact }, index) => ({ fault: found[index]!, ecosystem: ecosystems[artifact.type], paths: artifact.locations.map(({ path }) => path.replace(/^\/+/, '')) }));
  for (const ecosystem of asked(request)) {
    const { name, version } = canaries[ecosystem];
    if (!matches.some(({ paths }) => paths.some((path) => path.startsWith(`${canaryFolder}/${ecosystem}/`)))) throw new Error(`its database does not know the faults of ${name} ${version}: it is empty or cut`);
  }
  return matches.flatMap(({ fault, ecosystem, paths }) => (ecosystem === undefined ? [] : paths.filter((path) => !path.startsWith(`${canaryFolder}/`)).map((path) => ({
    rule: [fault.id, ...fault.aliases].join(' '), path, startLine: 0, endLine: 0, level: fault.grade,
    message: JSON.stringify([osvEcosystem[ecosystem], fault.name, ecosystem === 'go' ? fault.version.replace(/^v/, '') : fault.version, fault.fixed]),
  }))));
}
