/** What evidence packs and the audit log say of a release, as values, each with the file that it comes from. The packs and the log were verified before. Pure. */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { AuditEntry } from '../../core/ports/store.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { readStatement } from '../../core/statement.ts';
import type { Outcome } from '../../core/verdict.ts';
import { manifestFile } from '../pack.ts';
import { predicateTypes } from '../statements.ts';
import { supplyChainFiles, supplyChainTypes } from '../supply-chain.ts';

export interface PackSource {
  /** Name → text. */
  files: Record<string, string>;
  manifestDigest: string;
  headSha: string;
  verdicts: { slot: string; outcome: Outcome; digest: string }[];
  approvals: { actorId: number; class: string; passkey: unknown }[];
}

/** Every statement of a pack, with the bundle's name. */
export function statementsOf(files: Record<string, string>): { file: string; statement: Statement }[] {
  return Object.entries(files).filter(([file]) => file.endsWith('.sigstore.json')).flatMap(([file, text]) => {
    const payload = /"payload":"([A-Za-z0-9+/=]+)"/.exec(text)?.[1];
    return payload === undefined ? [] : [{ file, statement: readStatement(Buffer.from(payload, 'base64')) }];
  });
}

/** As people call the change, `owner/name #7`; null where the manifest names it otherwise. */
export function nameOf({ files }: PackSource): string | null {
  const resource = statementsOf({ [manifestFile]: files[manifestFile] ?? '' })[0]?.statement.subject[0]?.name ?? '';
  const [, repository, number] = /^git\+https?:\/\/[^/]+\/([\w./-]+)#refs\/pull\/(\d+)\/head$/.exec(resource) ?? [];
  return repository && number ? `${repository} #${number}` : null;
}

const attached: Record<string, string> = {
  [supplyChainTypes.sbom]: supplyChainFiles.sbom, [supplyChainTypes.vulnerabilities]: supplyChainFiles.vulnerabilities, [supplyChainTypes.vex]: supplyChainFiles.vex,
  'https://slsa.dev/provenance/v1': 'provenance.json', [predicateTypes.approval]: 'approval.json', [predicateTypes.verdict]: 'vsa.json',
};

/** What a reader wants as plain JSON: bill of materials, known faults, exceptions, provenance, approvals and verdicts, by the name that each has among the attachments. */
export function attachmentsOf(pack: PackSource): Record<string, unknown> {
  const found = statementsOf(pack.files).flatMap(({ statement }) => {
    const name = attached[statement.predicateType];
    return name === undefined ? [] : [{ name, statement }];
  });
  const prefix = pack.headSha.slice(0, 12);
  return Object.fromEntries(found.map(({ name, statement }) => [`${prefix}-${numbered(name, statement, found.map((each) => each.name))}`, statement.predicate]));
}

/** Of several of a kind each is called after what it is of. */
function numbered(name: string, { predicate }: Statement, names: readonly string[]): string {
  if (names.filter((each) => each === name).length === 1) return name;
  const told = z.looseObject({ verifiedLevels: z.array(z.string()).optional(), actor: z.looseObject({ id: z.number() }).optional() }).safeParse(predicate).data;
  const of = told?.verifiedLevels?.join('-').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') ?? told?.actor?.id;
  if (of === undefined) throw new AssayError('DISCLOSURE_PACK', `a pack holds two statements of one kind (${name}) that nothing tells apart`, { remedy: 'Take the pack again from the App, or name one pack for each change.' });
  return name.replace('.json', `-${of}.json`);
}

const Bill = z.looseObject({ components: z.array(z.looseObject({ licenses: z.array(z.looseObject({ expression: z.string().optional(), license: z.looseObject({ id: z.string().optional(), name: z.string().optional() }).optional() })).optional() })).optional() });

/** How many components, of how many licences, and how many of them name none. */
export function billFigures(bill: unknown): { components: number; licences: number; unlicensed: number } {
  const components = Bill.parse(bill).components ?? [];
  const named = components.map(({ licenses = [] }) => licenses.flatMap(({ expression, license }) => expression ?? license?.id ?? license?.name ?? []));
  return { components: components.length, licences: new Set(named.flat()).size, unlicensed: named.filter((each) => each.length === 0).length };
}

const Scan = z.looseObject({ scanner: z.looseObject({ result: z.array(z.looseObject({ severity: z.array(z.looseObject({ score: z.string() })) })), db: z.looseObject({ lastUpdate: z.string() }) }) });

/** Known faults by grade. */
export function scanFigures(scan: unknown): Record<string, number> {
  const grades = Scan.parse(scan).scanner.result.map(({ severity }) => severity[0]?.score ?? 'unknown');
  return Object.fromEntries([...new Set(grades)].sort().map((grade) => [grade, grades.filter((each) => each === grade).length]));
}

/** The merges that the log tells of, by the commit that each brought. */
export function mergesIn(entries: readonly AuditEntry[], commits: ReadonlySet<string>): { subject: string; headSha: string; mergeSha: string; asApproved: boolean }[] {
  return entries.flatMap(({ action, subject, detail }) => {
    const { headSha, mergeSha, asApproved } = detail;
    if (action !== 'change.merged' || typeof headSha !== 'string' || typeof mergeSha !== 'string' || !(commits.has(mergeSha) || commits.has(headSha))) return [];
    return [{ subject, headSha, mergeSha, asApproved: asApproved !== false }];
  });
}
