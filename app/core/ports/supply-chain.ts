/** What judging a supply chain needs from outside: who says which faults locked packages have, and the schema that a bill of materials keeps to. */
import type { LockedPackage } from '../locked/package.ts';
import type { ScanReport } from '../vulnerability/found.ts';

export interface SupplyChain {
  /** One report per source that was asked. Never throws: what cannot be asked is a report with a failure. */
  reportsOn(packages: readonly LockedPackage[], now: number): Promise<ScanReport[]>;
  /** What CycloneDX's schema objects to in a document of ours; none where it is valid. */
  faultsOf(bill: string): Promise<string[]>;
}
