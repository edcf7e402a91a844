/**
 * osv-scanner over the same lock files and the same records, offline. It reads `<cache>/osv-scalibr/<ecosystem>/all.zip`; where one ecosystem's file is missing it
 * reports the others and exits as if that were all, so it is started only with a file for each, and its complaint on stderr counts as a crash.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import type { Ecosystem } from '../../core/guardrail.ts';
import { osvEcosystem } from '../../core/osv/record.ts';
import { LockError } from '../../core/locked/package.ts';
import { isLock, readLock } from '../../core/locked/read.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { osvHome } from '../osv/database.ts';
import { scannerFolder } from '../osv/import.ts';
import { type ScanOutput, scanner } from './scan.ts';

const Report = z.object({
  results: z.array(z.object({
    source: z.object({ path: z.string() }),
    packages: z.array(z.object({
      package: z.object({ name: z.string(), version: z.string(), ecosystem: z.string() }),
      groups: z.array(z.object({ ids: z.array(z.string()).min(1), max_severity: z.string().optional() })).default([]),
    })),
  })),
});

export function osvScanner(home: () => string = osvHome): Scanner {
  const inner = scanner({
    name: 'osv-scanner', perGuardrail: false, files: lockFiles,
    args: () => ['scan', 'source', '--offline', '--no-resolve', '--format', 'json', '--all-packages', '--recursive', '--allow-no-lockfiles', '.'],
    // Since 2.5 the library's variable counts; the one of its own name is not read any more (run).
    env: () => ({ OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY: home() }),
    exit: { clean: [0], findings: [1] }, parse,
  });
  return {
    ...inner, keyed: () => null,
    async scan(request) {
      const lacking = ecosystemsIn(request).filter((each) => !existsSync(join(home(), scannerFolder, osvEcosystem[each], 'all.zip')));
      if (lacking.length === 0) return await inner.scan(request);
      return ToolAnswer.parse({ tool: inner.name, version: inner.version, state: 'missing', why: `it has no all.zip of ${lacking.join(', ')}`, install: 'npx assay tools osv ALL.ZIP' });
    },
  };
}

/** The names that it reads for certain; the embedded look-up reads more. */
const read = /(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|requirements\.txt|go\.mod)$/;

function lockFiles({ changed }: Pick<ToolRequest, 'changed'>): Record<string, string> {
  return Object.fromEntries(changed.filter((file) => isLock(file.path) && read.test(file.path) && locksSomething(file)).map((file) => [file.path, file.text]));
}

function locksSomething({ path, text }: { path: string; text: string }): boolean {
  try {
    return readLock({ path, text }).length > 0;
  } catch (thrown) {
    if (thrown instanceof LockError) return false;
    throw thrown;
  }
}

function ecosystemsIn(request: ToolRequest): Ecosystem[] {
  return [...new Set(Object.entries(lockFiles(request)).flatMap(([path, text]) => readLock({ path, text }).map((each) => each.ecosystem)))];
}

/** One finding per group of records, on the file as a whole: it tells no lines. `rule` is its ids, `message` the package as JSON. Faults of Go's own library are of the machine that builds, not of what is locked. */
function parse({ stdout, stderr, place }: ScanOutput, request: ToolRequest): ToolFinding[] {
  if (/could not load db|Error during extraction/.test(stderr)) throw new Error('it could not load its database');
  const { results } = Report.parse(JSON.parse(stdout));
  const seen = new Set(results.map(({ source }) => relative(place.folder, source.path)));
  const unread = Object.keys(lockFiles(request)).find((path) => !seen.has(path));
  if (unread !== undefined) throw new Error(`it did not read ${unread}`);
  return results.flatMap(({ source, packages }) => packages.filter(({ package: { name } }) => name !== 'stdlib' && name !== 'toolchain').flatMap(({ package: named, groups }) => groups.map((group): ToolFinding => ({
    rule: group.ids.join(' '), path: relative(place.folder, source.path), startLine: 0, endLine: 0, message: JSON.stringify([named.ecosystem, named.name, named.version]), level: '',
  }))));
}
