/**
 * The evidence pack of one workflow run, without the App: its verdicts, its statements, the files that they are about, one manifest over all of it and one signed list of every
 * file. It has the form of the App's packs and is verified by the same rules. Pure but for the signer that it is given.
 */
import { canonicalJson, sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { SignedStatement, Statement } from '../core/ports/signer.ts';
import { statementDigest } from '../core/statement.ts';
import { runManifest, type ManifestVerdict } from './manifest.ts';
import { contentsFile, contentsStatement } from './pack-contents.ts';
import { packFiles } from './pack.ts';
import type { EvidenceSubject, NamedDigest } from './statements.ts';

/** The files that statements are about lie here, under their own names. */
export const filesFolder = 'files/';

export interface RunEvidence {
  subject: EvidenceSubject;
  verdicts: Omit<ManifestVerdict, 'digest'>[];
  statements: { name: string; statement: Statement }[];
  /** What was built and is too large, or no text, for a pack. */
  artifacts: NamedDigest[];
  /** Name → text. */
  files: Record<string, string>;
}

const fileName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** Name → text of each file of the pack. Throws EVIDENCE_* where there is no verdict, or two things of one name. */
export async function buildRunPack(run: RunEvidence, sign: (statement: Statement) => Promise<SignedStatement>): Promise<Record<string, string>> {
  const odd = Object.keys(run.files).find((name) => !fileName.test(name));
  if (odd !== undefined) throw new AssayError('EVIDENCE_NAME', `"${odd}" cannot be a file's name in a pack`, { remedy: 'Use letters, digits, dots, dashes and underscores.' });
  const verdicts = run.verdicts.map((each) => ({ ...each, digest: statementDigest(each.statement) }));
  const manifest = runManifest({ resource: run.subject.resource, headSha: run.subject.headSha, verdicts, statements: run.statements, artifacts: run.artifacts });
  const signed: SignedStatement[] = [];
  for (const { statement } of [...run.verdicts, ...run.statements]) signed.push(await sign(statement));
  const files = { ...packFiles(await sign(manifest), signed), ...Object.fromEntries(Object.entries(run.files).map(([name, text]) => [`${filesFolder}${name}`, text])) };
  const contents = await sign(contentsStatement(files, { change: run.subject.resource, headSha: run.subject.headSha, page: 'none' }));
  return { ...files, [contentsFile]: canonicalJson(contents.bundle) };
}

export function namedDigest(name: string, bytes: Uint8Array | string): NamedDigest {
  return { name, sha256: sha256(bytes) };
}
