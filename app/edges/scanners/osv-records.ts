/**
 * Looks locked packages up in the local OSV records. A database that is missing, older than seven days, dated in the future, or that does not know a fault that
 * everybody knows has not said that all is well.
 */
import type { Ecosystem } from '../../core/guardrail.ts';
import { look } from '../../core/osv/look.ts';
import { osvTool } from '../../core/osv/answer.ts';
import { osvEcosystem } from '../../core/osv/record.ts';
import { LockError, locked, type LockedPackage } from '../../core/locked/package.ts';
import { isLock, readLock } from '../../core/locked/read.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { textOf } from '../../core/tree.ts';
import { openDatabase, type OsvDatabase, osvHome } from '../osv/database.ts';

export const maxAgeDays = 7;
const day = 86_400_000;
const install = 'npx assay tools osv DIR|ZIP';

/** Versions whose faults have been public for years: a database that finds nothing here is empty or cut. */
export const canaries: Record<Ecosystem, { name: string; version: string }> = {
  npm: { name: 'lodash', version: '4.17.4' },
  pypi: { name: 'requests', version: '2.19.0' },
  go: { name: 'golang.org/x/text', version: '0.3.0' },
};

export function osvRecords(home: () => string = osvHome): Scanner {
  let opened: { at: string; database: OsvDatabase | null } | undefined;
  const open = (): OsvDatabase | null => {
    const at = home();
    if (opened?.at !== at) opened = { at, database: openDatabase(at) };
    return opened.database;
  };
  return {
    name: osvTool, perGuardrail: false, keyed: () => null,
    get version() {
      try {
        return open()?.version ?? 'none';
      } catch {
        // The reason is told where it is asked: by scan.
        return 'broken';
      }
    },
    async scan(request) {
      const packages = packagesIn(request);
      if (packages.length === 0) return answer('', { state: 'clean', data: { hits: [] } });
      const database = open();
      if (database === null) return answer('', { state: 'missing', why: `there are no OSV records at ${home()}`, install });
      const why = doubtsAbout(database, { asked: new Set(packages.map((each) => each.ecosystem)), now: request.now });
      if (why !== null) return answer(database.version, { state: 'unknown', why, install });
      const hits = look(packages, (of) => database.recordsOf(osvEcosystem[of.ecosystem], of.name));
      return answer(database.version, { state: hits.length > 0 ? 'findings' : 'clean', data: { hits }, findings: hits.map(({ id, path, startLine, endLine, summary, grade }): ToolFinding => ({ rule: id, path, startLine, endLine, message: summary, level: grade })) });
    },
  };
}

function answer(version: string, more: object): ToolAnswer {
  return ToolAnswer.parse({ tool: osvTool, version, ...more });
}

/** Lock files that cannot be read are the inspector's to report: it reads the same text. */
function packagesIn({ changed, head }: ToolRequest): LockedPackage[] {
  return changed.filter((file) => isLock(file.path)).flatMap((file) => {
    try {
      return readLock(file, (path) => textOf(head[path]) ?? null);
    } catch (thrown) {
      if (thrown instanceof LockError) return [];
      throw thrown;
    }
  });
}

function doubtsAbout(database: OsvDatabase, { asked, now }: { asked: ReadonlySet<Ecosystem>; now: number }): string | null {
  for (const ecosystem of asked) {
    const known = database.ecosystems[osvEcosystem[ecosystem]];
    if (!known) return `the database has no records of ${osvEcosystem[ecosystem]}`;
    const age = (now - Date.parse(known.newest)) / day;
    if (age > maxAgeDays) return `the newest record of ${osvEcosystem[ecosystem]} is ${Math.floor(age)} days old; at most ${maxAgeDays} are allowed`;
    if (age < -1) return `the newest record of ${osvEcosystem[ecosystem]} is dated in the future (${known.newest})`;
    const canary = canaries[ecosystem];
    const found = look([locked({ ecosystem, ...canary, path: '.', startLine: 0 })], (of) => database.recordsOf(osvEcosystem[ecosystem], of.name));
    if (!found.some((hit) => hit.verdict === 'affected')) return `the database does not know the faults of ${canary.name} ${canary.version}: it is empty or cut`;
  }
  return null;
}
