/** What a running App judges a supply chain with: CycloneDX's schema, the OSV records of this machine, and, where those say nothing of npm, the registry's own. */
import { problemOf } from '../../core/errors.ts';
import type { Ecosystem } from '../../core/guardrail.ts';
import type { LockedPackage } from '../../core/locked/package.ts';
import { look } from '../../core/osv/look.ts';
import { osvEcosystem } from '../../core/osv/record.ts';
import type { SupplyChain } from '../../core/ports/supply-chain.ts';
import { readDocument } from '../../core/sbom/document.ts';
import { fromOsvRecords } from '../../core/vulnerability/adapters/osv.ts';
import type { ScanReport } from '../../core/vulnerability/found.ts';
import { openDatabase, osvHome, type OsvDatabase } from '../osv/database.ts';
import { doubtsAbout, type AskRegistry } from '../scanners/osv-records.ts';
import { schemaFaults } from '../sbom/validate.ts';
import { npmAdvisories } from './npm.ts';

const remedy = 'Import OSV records on the machine that runs Assay: npx assay tools osv DIR|ZIP';
const purlType = { npm: 'npm', pypi: 'pypi', go: 'golang' } as const satisfies Record<Ecosystem, string>;

export function supplyChain({ home = osvHome, askRegistry = npmAdvisories }: { home?: () => string; askRegistry?: AskRegistry } = {}): SupplyChain {
  return {
    faultsOf: (bill) => schemaFaults(readDocument(Buffer.from(bill))),
    async reportsOn(packages, now) {
      const asked = [...new Set(packages.map(({ ecosystem }) => ecosystem))];
      // Opened anew each time: the records may have been imported since.
      const { database, broken } = open(home());
      const doubts = asked.map((ecosystem) => ({ ecosystem, why: database === null ? broken ?? `there are no OSV records at ${home()}` : doubtsAbout(database, { ecosystem, now }) }));
      const sure = doubts.filter(({ why }) => why === null).map(({ ecosystem }) => ecosystem);
      const judged = database && sure.length > 0 ? [judge(database, packages.filter(({ ecosystem }) => sure.includes(ecosystem)))] : [];
      const others = await Promise.all(doubts.filter(({ why }) => why !== null).map(async ({ ecosystem, why }): Promise<ScanReport[]> => {
        const unknown = { ...fromOsvRecords([], { database: null, failure: { code: 'VULN_DATABASE', why: why!, remedy } }), covers: [purlType[ecosystem]] };
        return ecosystem === 'npm' ? [unknown, await askRegistry(packages.filter((each) => each.ecosystem === 'npm'), { now, limitMs: 20_000 })] : [unknown];
      }));
      return [...judged, ...others.flat()];
    },
  };
}

function open(home: string): { database: OsvDatabase | null; broken?: string } {
  try {
    return { database: openDatabase(home) };
  } catch (thrown) {
    return { database: null, broken: problemOf(thrown).message };
  }
}

/** As old as the oldest part that was asked. */
function judge(database: OsvDatabase, packages: readonly LockedPackage[]): ScanReport {
  const parts = [...new Set(packages.map(({ ecosystem }) => ecosystem))];
  const lastUpdate = parts.flatMap((each) => database.ecosystems[osvEcosystem[each]]?.newest ?? []).sort((a, b) => Date.parse(a) - Date.parse(b))[0]!;
  const hits = look(packages, (of) => database.recordsOf(osvEcosystem[of.ecosystem], of.name));
  return { ...fromOsvRecords(hits, { database: { uri: 'https://osv.dev', version: database.version, lastUpdate } }), covers: parts.map((each) => purlType[each]) };
}
