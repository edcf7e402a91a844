/**
 * Asks the npm registry of the user's own client for advisories on locked versions, as `npm audit` does, without starting it. A version that everybody knows to be
 * faulty goes first and alone: only a registry that knows its faults is shown the other names, and one that does not has not said that all is well.
 */
import { AssayError, problemOf } from '../../core/errors.ts';
import type { LockedPackage } from '../../core/locked/package.ts';
import { auditCanary, fromBulkAnswer } from '../../core/vulnerability/adapters/npm-audit.ts';
import type { ScanReport } from '../../core/vulnerability/found.ts';
import { registryAddress } from '../registry-address.ts';

export interface AdvisoriesOptions {
  /** Instead of what the client is configured with. */
  address?: string | undefined;
  environment?: Record<string, string | undefined>;
  now: number;
  limitMs: number;
}

const path = '/-/npm/v1/security/advisories/bulk';
const maxBytes = 32 * 1024 * 1024;
const remedy = 'Use a registry that answers audits, or import OSV records: npx assay tools osv ALL.ZIP';

/** Never throws: a registry that cannot be asked is a report with a failure. */
export async function npmAdvisories(packages: readonly LockedPackage[], options: AdvisoriesOptions): Promise<ScanReport> {
  const found = options.address ?? await registryAddress('npm', options.environment ?? process.env);
  const address = found?.replace(/\/+$/, '') ?? null;
  const asked = { packages: [auditCanary], address: address === null ? 'none' : hostOf(address), now: options.now };
  try {
    if (address === null) throw new AssayError('VULN_REGISTRY_ABSENT', 'no npm registry is configured', { remedy });
    const first = fromBulkAnswer(await ask(address, { packages: asked.packages, limitMs: options.limitMs }), asked);
    if (first.failure) return first;
    const all = [auditCanary, ...packages.filter(({ ecosystem, source }) => ecosystem === 'npm' && source === 'registry')];
    return fromBulkAnswer(await ask(address, { packages: all, limitMs: options.limitMs }), { ...asked, packages: all });
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    return { scanner: { name: 'npm-audit', version: 'bulk', uri: 'https://github.com/npm/cli' }, database: null, covers: ['npm'], failure: { code: code.startsWith('VULN_') ? code : 'VULN_REGISTRY_ANSWER', why: message.slice(0, 300), remedy }, found: [] };
  }
}

async function ask(address: string, { packages, limitMs }: { packages: readonly LockedPackage[]; limitMs: number }): Promise<unknown> {
  const wanted = new Map<string, Set<string>>();
  for (const { name, version } of packages) wanted.set(name, (wanted.get(name) ?? new Set()).add(version));
  const body = JSON.stringify(Object.fromEntries([...wanted].map(([name, versions]) => [name, [...versions]])));
  const response = await fetch(`${address}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'user-agent': 'assay' }, redirect: 'error', signal: AbortSignal.timeout(limitMs) }).catch((cause: unknown) => {
    throw new AssayError('VULN_REGISTRY_UNREACHABLE', `the registry at ${hostOf(address)} could not be asked: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy, cause });
  });
  if (!response.ok) throw new AssayError('VULN_REGISTRY_REFUSED', `the registry at ${hostOf(address)} answered ${response.status} to an audit`, { remedy });
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw new AssayError('VULN_REGISTRY_ANSWER', 'the answer is too large', { remedy });
  return await response.json();
}

/** Addresses may hold a password; messages never do. */
function hostOf(address: string): string {
  return URL.parse(address)?.host ?? 'an address that is none';
}
