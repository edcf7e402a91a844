/** The evidence pack of a change, put together from what the store keeps of its newest manifest. Reads only; the list of its files is signed anew each time. */
import { z } from 'zod';
import { decidedAction, PolicyFact } from '../core/policy-fact.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { SignedStatement, Signer, Statement } from '../core/ports/signer.ts';
import type { Store } from '../core/ports/store.ts';
import { statementDigest } from '../core/statement.ts';
import type { SubjectKey } from '../core/subject.ts';
import { readManifest } from '../evidence/manifest.ts';
import { buildPack, type PackParts } from '../evidence/pack-contents.ts';
import { readApproval } from '../evidence/statements.ts';
import { supplyChainFiles } from '../evidence/supply-chain.ts';

interface Sources {
  store: Store;
  signer: Signer;
  policy: Policy;
}

const Signed = z.object({ payloadSha256: z.string(), at: z.number(), bundle: z.unknown(), statement: z.custom<Statement>((value) => typeof value === 'object' && value !== null) });

/** File → text; null while no manifest was signed. */
export async function packOf({ store, signer, policy }: Sources, key: SubjectKey): Promise<Record<string, string> | null> {
  const notes = Object.entries(await store.notes(key)).flatMap(([name, note]) => {
    const signed = Signed.safeParse(note).data;
    return signed ? [{ name, ...signed }] : [];
  });
  const manifest = notes.filter(({ name }) => name.startsWith('manifest ')).toSorted((a, b) => b.at - a.at)[0];
  if (!manifest) return null;
  const { change, headSha } = readManifest(manifest.statement);
  const decision = await decisionOn(store, { key, headSha });
  const bound = new Set(digestsIn(manifest.statement));
  const parts: PackParts = {
    change, headSha, manifest: signedOf(manifest), statements: notes.filter(({ statement }) => bound.has(statementDigest(statement))).map(signedOf),
    approvals: approvalsOf(notes, { headSha, manifest: statementDigest(manifest.statement) }), decision,
    // Another policy than the one that decided would replay something else.
    policy: decision?.policy === policy.digest ? policy.files ?? null : null,
    supply: supplyOf(notes, headSha),
  };
  return buildPack(parts, (statement) => signer.sign(statement));
}

type Note = z.infer<typeof Signed> & { name: string };

function signedOf({ payloadSha256, bundle, statement }: Note): SignedStatement {
  return { payloadSha256, bundle, statement };
}

/** What was signed on the supply chain of this head. */
function supplyOf(notes: readonly Note[], headSha: string): Record<string, SignedStatement> {
  const named = Object.keys(supplyChainFiles).flatMap((name) => notes.filter((note) => note.name === `statement ${headSha} ${name}`).map((note) => [name, signedOf(note)] as const));
  return Object.fromEntries(named);
}

/** All that count for this manifest: the one that policy named first, then those by account. */
function approvalsOf(notes: readonly Note[], about: { headSha: string; manifest: string }): SignedStatement[] {
  const ofHead = notes.filter(({ name }) => name === `approval ${about.headSha}` || name.startsWith(`approval ${about.headSha} `)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const read = ofHead.map((note) => ({ note, approval: readApproval(note.statement) })).filter(({ approval }) => approval.manifestDigest === about.manifest);
  // Who is named first now may have been named by account before.
  return read.filter(({ approval }, at) => read.findIndex((each) => each.approval.actorId === approval.actorId) === at).map(({ note }) => signedOf(note));
}

const References = z.object({ references: z.array(z.object({ digest: z.object({ sha256: z.string().optional() }).loose().optional() })) });

function digestsIn(manifest: Statement): string[] {
  return References.parse(manifest.predicate).references.flatMap(({ digest }) => digest?.sha256 ?? []);
}

/** The last decision about this head that is in the audit log. */
async function decisionOn(store: Store, { key, headSha }: { key: SubjectKey; headSha: string }): Promise<PolicyFact | null> {
  const facts = (await store.auditEntriesOf(key, decidedAction)).flatMap(({ detail }) => PolicyFact.safeParse(detail).data ?? []);
  return facts.findLast((fact) => headOf(fact) === headSha) ?? null;
}

function headOf({ input }: PolicyFact): string | undefined {
  return z.object({ change: z.object({ headSha: z.string() }) }).safeParse(input).data?.change.headSha;
}
