/**
 * Verifies a disclosure: the signed list names every file by digest, each change's pack verifies by itself, and the disclosure with all its attachments and pages is the one that
 * these packs, this log and this release give. Pure but for the drawing of the pages, which it is given.
 */
import { z } from 'zod';
import { sha256 } from '../../core/digest.ts';
import { problemOf } from '../../core/errors.ts';
import type { PageDocument } from '../../core/page-document.ts';
import type { AuditEntry } from '../../core/ports/store.ts';
import type { Policy } from '../../core/ports/policy.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { contentsFile, readContents } from '../pack-contents.ts';
import { unlisted, verifyWholePack, type WholePackReport } from '../pack-verify.ts';
import type { PackFault } from '../pack.ts';
import { disclosureFiles, type Disclosure, type Release } from './disclose.ts';
import { disclosureDocument } from './layout.ts';
import { buildFolder, disclosureFile, logFile, pdfFile, releaseFile } from './names.ts';
import type { PackSource } from './read.ts';

export interface DisclosureFolder {
  /** Name → text, without the PDF. */
  texts: Record<string, string>;
  pdf: Uint8Array | null;
}

export interface DisclosureTrust {
  verify(bundle: string): Statement;
  /** The entries of an exported log that verified; throws where it does not. */
  readLog(text: string): readonly AuditEntry[];
  draw(document: PageDocument): Promise<Uint8Array>;
  /** The one that decides today: a disclosure that another one made is verified by the version that has it. */
  policy: Policy;
}

export interface DisclosureReport {
  faults: PackFault[];
  /** Null where the folder does not verify. */
  disclosure: Disclosure | null;
  /** The verified packs, by folder. */
  packs: Record<string, WholePackReport>;
}

const Text = z.strictObject({ path: z.string(), text: z.string() });
const ReleaseFile: z.ZodType<Release> = z.strictObject({
  tag: z.string(), commit: z.string(), commits: z.array(z.string()), waivers: z.array(Text), askedAt: z.number(), config: z.string().nullable(), artifact: z.string().nullable(), builders: z.array(z.string()),
  rollback: Text.nullable(), buildFaults: z.array(z.string()),
});

export async function verifyDisclosure({ texts, pdf }: DisclosureFolder, trust: DisclosureTrust): Promise<DisclosureReport> {
  const packs = Object.fromEntries(Object.entries(packsIn(texts)).map(([folder, files]) => [folder, { files, report: verifyWholePack(files, trust.verify) }]));
  const reports = Object.fromEntries(Object.entries(packs).map(([folder, { report }]) => [folder, report]));
  const faults = [...listFaults({ texts, pdf }, trust), ...Object.entries(reports).flatMap(([folder, report]) => report.faults.map((each) => ({ ...each, file: `${folder}${each.file}` })))];
  if (faults.length > 0) return { faults, disclosure: null, packs: reports };
  try {
    const release = ReleaseFile.parse(parseStrictJson(texts[releaseFile] ?? ''));
    const made = await disclosureFiles({ release, packs: Object.values(packs).map(({ files, report }) => packSource(files, report)), build: buildIn(texts), log: { text: texts[logFile] ?? '', entries: trust.readLog(texts[logFile] ?? '') } }, trust.policy);
    const drawn = await trust.draw(disclosureDocument(made.disclosure, sha256(made.files[disclosureFile]!)));
    const different = differences({ texts, pdf }, { ...made, drawn });
    return { faults: different, disclosure: different.length > 0 ? null : made.disclosure, packs: reports };
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    return { faults: [{ file: disclosureFile, code, message }], disclosure: null, packs: reports };
  }
}

/** What a verified pack brings to a disclosure. */
export function packSource(files: Record<string, string>, { manifestDigest, headSha, verdicts, approvals }: WholePackReport): PackSource {
  return { files, manifestDigest: manifestDigest ?? '', headSha: headSha ?? '', verdicts, approvals };
}

/** Null where no pack of a build lies in it. */
function buildIn(texts: Record<string, string>): Record<string, string> | null {
  const files = Object.entries(texts).filter(([name]) => name.startsWith(buildFolder)).map(([name, text]) => [name.slice(buildFolder.length), text] as const);
  return files.length === 0 ? null : Object.fromEntries(files);
}

function packsIn(texts: Record<string, string>): Record<string, Record<string, string>> {
  const packs: Record<string, Record<string, string>> = {};
  for (const [name, text] of Object.entries(texts)) {
    const [, folder, rest] = /^(changes\/[0-9a-f]{40}\/)(.+)$/.exec(name) ?? [];
    if (folder !== undefined && rest !== undefined) (packs[folder] ??= {})[rest] = text;
  }
  return packs;
}

function listFaults({ texts, pdf }: DisclosureFolder, { verify }: DisclosureTrust): PackFault[] {
  try {
    const { digests } = readContents(verify(texts[contentsFile] ?? ''));
    return unlisted({ ...texts, ...(pdf ? { [pdfFile]: pdf } : {}) }, digests);
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    return [{ file: contentsFile, code, message }];
  }
}

/** Signed for, and not what the evidence gives: then whoever signed said something else than the evidence. */
function differences({ texts, pdf }: DisclosureFolder, { files, drawn }: { files: Record<string, string>; drawn: Uint8Array }): PackFault[] {
  const names = new Set([...Object.keys(files), ...Object.keys(texts).filter((name) => name !== contentsFile)]);
  const wrong = [...names].filter((name) => texts[name] !== files[name]);
  return [...wrong, ...(pdf && Buffer.from(pdf).equals(drawn) ? [] : [pdfFile])].map((file) => ({ file, code: 'DISCLOSURE_DIFFERS', message: 'it is not what the evidence of the changes gives; a disclosure of another version of Assay is verified by that version' }));
}
