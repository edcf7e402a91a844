/** Policy bundles: `bundle` signs the shipped policies for dev, `promote` takes a verified one a stage further after tests and what-if, `verify` says what one is. */
import { openPolicy } from '../../edges/policy.ts';
import { digestsOf, metadataOf, openPolicyBundle, openPolicyBundleAt, readPolicyFiles, writePolicyBundle } from '../../edges/policy-bundle.ts';
import { openSigner } from '../../edges/sigstore/signer.ts';
import { nextStage, policyBundleStatement, policyStages, type PolicyStage } from '../../core/policy-bundle.ts';
import { demand, optionsOf, policyFolder, readText, wrongUse } from './options.ts';
import { differences, linesOf, questions } from './past.ts';
import { fixturesThrough } from './test.ts';

export async function bundle(args: string[]): Promise<number> {
  const { values } = optionsOf(args, ['key', 'out']);
  const signer = openSigner({ privateKeyPem: await readText(demand(values.key, '--key')) });
  const files = await readPolicyFiles(policyFolder);
  const tests = await fixturesThrough(await openPolicy());
  if (tests.failed.length > 0) return refuse(tests.failed);
  const { name, version, owner } = metadataOf(files);
  const signed = await signer.sign(policyBundleStatement({ name, version, owner, stage: 'dev', previous: null, tests: { agreed: tests.agreed, of: tests.of }, weakening: [], accepted: null, digests: digestsOf(files) }));
  await writePolicyBundle(demand(values.out, '--out'), { files, signed });
  process.stdout.write(`${name} ${version} is signed for dev in ${values.out}\n`);
  return 0;
}

export async function promote(args: string[]): Promise<number> {
  const { values, folder } = optionsOf(args, ['to', 'key', 'trust', 'facts', 'weakening']);
  const place = demand(folder, 'FOLDER');
  const signer = openSigner({ privateKeyPem: await readText(demand(values.key, '--key')) });
  const trusted = [signer.publicKeyPem, ...(values.trust ? [await readText(values.trust)] : [])];
  const { bundle: before, files, statementSha256 } = await openPolicyBundle(place, trusted);
  const stage = nextStage(before.stage, demand(values.to, '--to'));
  const candidate = await openPolicy({ folder: place });
  const tests = await fixturesThrough(candidate);
  if (tests.failed.length > 0) return refuse(tests.failed);
  const weakening = linesOf((await differences(await questions(values.facts), await openPolicy(), candidate)).filter((one) => one.easier.length > 0));
  if (weakening.length > 0 && !values.weakening) return refuse([...weakening, 'Say why with --weakening REASON, or mend the policy.']);
  const accepted = weakening.length > 0 ? values.weakening ?? null : before.accepted;
  const signed = await signer.sign(policyBundleStatement({ ...before, stage, previous: statementSha256, tests: { agreed: tests.agreed, of: tests.of }, weakening, accepted, digests: digestsOf(files) }));
  await writePolicyBundle(place, { files, signed });
  process.stdout.write(`${before.name} ${before.version} is signed for ${stage}${weakening.length > 0 ? `, ${weakening.length} cases easier to pass` : ''}\n`);
  return 0;
}

export async function verify(args: string[]): Promise<number> {
  const { values, folder } = optionsOf(args, ['stage', 'trust']);
  const stage = policyStages.find((one) => one === values.stage);
  if (!stage) throw wrongUse(`--stage is one of ${policyStages.join(', ')}`);
  const trusted = [await readText(demand(values.trust, '--trust'))];
  const { bundle: found } = await openPolicyBundleAt(demand(folder, 'FOLDER'), { stage: stage satisfies PolicyStage, trusted });
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  return 0;
}

function refuse(lines: readonly string[]): number {
  process.stdout.write(`${lines.join('\n')}\nnothing was signed\n`);
  return 1;
}
