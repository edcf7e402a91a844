/**
 * Looks locked packages up in the local OSV records. A database that is missing, older than seven days, dated in the future, or that does not know a fault that
 * everybody knows has not said that all is well. Where the records say nothing of npm, the registry's own advisories are asked; nothing takes the place of the others.
 */
import type { Ecosystem } from '../../core/guardrail.ts';
import { look } from '../../core/osv/look.ts';
import { type Hit, osvTool } from '../../core/osv/answer.ts';
import { osvEcosystem } from '../../core/osv/record.ts';
import { LockError, locked, type LockedPackage } from '../../core/locked/package.ts';
import { isLock, readLock } from '../../core/locked/read.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { purlOf } from '../../core/sbom/purl.ts';
import { textOf } from '../../core/tree.ts';
import type { Found, ScanReport } from '../../core/vulnerability/found.ts';
import { npmAdvisories } from '../advisories/npm.ts';
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

export type AskRegistry = (packages: readonly LockedPackage[], about: { now: number; limitMs: number }) => Promise<ScanReport>;

export function osvRecords(home: () => string = osvHome, askRegistry: AskRegistry = npmAdvisories): Scanner {
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
      const asked = [...new Set(packages.map(({ ecosystem }) => ecosystem))];
      const doubts = new Map(asked.map((ecosystem) => [ecosystem, database === null ? `there are no OSV records at ${home()}` : doubtsAbout(database, { ecosystem, now: request.now })]));
      const { known = [], doubtful = [] } = Object.groupBy(packages, ({ ecosystem }) => (doubts.get(ecosystem) === null ? 'known' : 'doubtful'));
      const hits = database === null ? [] : look(known, (of) => database.recordsOf(osvEcosystem[of.ecosystem], of.name));
      if (doubtful.length === 0) return judged(database!.version, hits);
      const doubt = asked.map((each) => doubts.get(each)).find((each) => each) ?? '';
      const unanswered = (more = ''): ToolAnswer => answer(database?.version ?? '', { state: database === null ? 'missing' : 'unknown', why: `${doubt}${more}`, install });
      if (doubtful.some(({ ecosystem }) => ecosystem !== 'npm')) return unanswered();
      const report = await askRegistry(doubtful, { now: request.now, limitMs: Math.min(request.limitMs, 20_000) });
      if (report.failure) return unanswered(`; ${report.failure.why}`);
      return judged(`${database === null ? '' : `${database.version}, `}npm advisories of ${report.database?.lastUpdate.slice(0, 10) ?? 'now'}`, [...hits, ...placed(report.found, doubtful)]);
    },
  };
}

function judged(version: string, hits: readonly Hit[]): ToolAnswer {
  return answer(version, { state: hits.length > 0 ? 'findings' : 'clean', data: { hits }, findings: hits.map(({ id, path, startLine, endLine, summary, grade }): ToolFinding => ({ rule: id, path, startLine, endLine, message: summary, level: grade })) });
}

/** At each place that locks the version. */
function placed(found: readonly Found[], packages: readonly LockedPackage[]): Hit[] {
  return found.flatMap(({ purl, name, version, id, aliases, summary, grade, graded, fixed, published, verdict }) => packages.filter((each) => purlOf(each) === purl).map((at): Hit =>
    ({ ecosystem: at.ecosystem, name, version, path: at.path, startLine: at.startLine, endLine: at.endLine, direct: at.direct, id, aliases, summary, grade, graded, fixed, published: published ?? '', verdict })));
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

/** Null: nothing speaks against what the records say of the ecosystem. */
export function doubtsAbout(database: OsvDatabase, { ecosystem, now }: { ecosystem: Ecosystem; now: number }): string | null {
  const known = database.ecosystems[osvEcosystem[ecosystem]];
  if (!known) return `the database has no records of ${osvEcosystem[ecosystem]}`;
  const age = (now - Date.parse(known.newest)) / day;
  if (age > maxAgeDays) return `the newest record of ${osvEcosystem[ecosystem]} is ${Math.floor(age)} days old; at most ${maxAgeDays} are allowed`;
  if (age < -1) return `the newest record of ${osvEcosystem[ecosystem]} is dated in the future (${known.newest})`;
  const canary = canaries[ecosystem];
  const found = look([locked({ ecosystem, ...canary, path: '.', startLine: 0 })], (of) => database.recordsOf(osvEcosystem[ecosystem], of.name));
  return found.some((hit) => hit.verdict === 'affected') ? null : `the database does not know the faults of ${canary.name} ${canary.version}: it is empty or cut`;
}
