/**
 * `assay disclose --release TAG --out FOLDER --pack FOLDER… --log EXPORT --log-key KEY (--key PUBLIC.pem | --keys KEYS.json | --expect FILE) [--build FOLDER (--build-key PUBLIC.pem |
 * --build-expect FILE) --builder ID… --artifact FILE] [--rollback PATH] [--since TAG] [--repo PATH] [--sign PRIVATE.pem]`: the disclosure of a release: a page for people, the numbers as
 * JSON, all evidence behind them, and policy's word (`ci.release`) on whether it may be deployed, signed. Offline. Exit codes: 0 everything was judged pass and approved and policy lets it
 * go, 1 not (the disclosure says so), 2 wrong use, 3 nothing is disclosed, because the evidence does not verify or is not complete.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { configPath } from '../core/config.ts';
import { canonicalJson, sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import { waiverFolder } from '../core/waiver.ts';
import { gitText } from '../edges/git.ts';
import { pdfOf } from '../edges/pdf.ts';
import { openPolicy } from '../edges/policy.ts';
import { commitsOfRelease } from '../edges/release-commits.ts';
import { disclosureFiles, type Disclosure, type Release } from '../evidence/disclosure/disclose.ts';
import { disclosureDocument } from '../evidence/disclosure/layout.ts';
import { gateWords } from '../evidence/disclosure/gate-words.ts';
import { disclosureFile, pdfFile } from '../evidence/disclosure/names.ts';
import type { PackSource } from '../evidence/disclosure/read.ts';
import { packSource } from '../evidence/disclosure/verify.ts';
import { contentsFile, contentsStatement } from '../evidence/pack-contents.ts';
import { verifyWholePack } from '../evidence/pack-verify.ts';
import { digestsOf } from './evidence/inputs.ts';
import { runSigner } from './evidence/run-signer.ts';
import type { Verb } from './main.ts';
import { readPack, readText } from './pack-folder.ts';
import { packTrust, packTrustOptions, type PackTrustOptions } from './pack-trust.ts';
import { logReader } from './verify-log.ts';

const usage = 'assay disclose --release TAG --out FOLDER --pack FOLDER… --log EXPORT --log-key KEY (--key PUBLIC.pem | --keys KEYS.json | --expect FILE) [--build FOLDER (--build-key PUBLIC.pem | --build-expect FILE) --builder ID… --artifact FILE] [--rollback PATH] [--since TAG] [--repo PATH] [--sign PRIVATE.pem]';

export const verb: Verb = {
  summary: 'the disclosure of a release, as JSON, PDF and all its evidence: disclose --release TAG --out FOLDER …',
  async run(args) {
    const options = optionsOf(args);
    if ((await readdir(options.out).catch(() => [])).length > 0) throw wrongUse(`${options.out} is not empty`);
    const log = await readText(options.log);
    const entries = (await logReader(options.logKey, wrongUse))(log);
    const packs = await Promise.all(options.packs.map(async (folder) => verified(folder, options.trust)));
    const build = await builtBy(options.build);
    const { disclosure, files } = await disclosureFiles({ release: { ...await releaseOf(options), buildFaults: build.faults }, packs, build: build.files, log: { text: log, entries } }, await openPolicy());
    await writeAll(options.out, { ...files, [pdfFile]: await pdfOf(disclosureDocument(disclosure, sha256(files[disclosureFile]!))) }, { disclosure, key: options.sign });
    process.stdout.write(`${disclosure.summary}\n${[...gateWords(disclosure.gate), ...build.faults, ...disclosure.figures.map(({ label, value }) => `${label}: ${value}`)].map((line) => `  ${line}`).join('\n')}\n${join(options.out, pdfFile)}\n`);
    return disclosure.holds ? 0 : 1;
  },
};

interface Build { folder: string; trust: PackTrustOptions; builders: string[]; artifact: string }
interface Options { release: string; out: string; packs: string[]; log: string; logKey: string; since: string | null; repo: string; sign: string | undefined; trust: PackTrustOptions; build: Build | null; rollback: string | null }

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const buildOptions = { build: text, 'build-key': text, 'build-expect': text, builder: texts, artifact: text };

function optionsOf(args: string[]): Options {
  try {
    const { values } = parseArgs({ args, options: { release: text, out: text, pack: texts, log: text, 'log-key': text, since: text, repo: text, sign: text, rollback: text, ...buildOptions, ...packTrustOptions } });
    const { release, out, pack: packs = [], log, 'log-key': logKey, since = null, repo = '.', sign, rollback = null, build, 'build-key': key, 'build-expect': expect, builder: builders = [], artifact, ...trust } = values;
    if (release === undefined || out === undefined || log === undefined || logKey === undefined || packs.length === 0) throw new Error('say --release, --out, --log, --log-key and a --pack for each change');
    const given = { folder: build, artifact, builders, trust: { ...(key === undefined ? {} : { key }), ...(expect === undefined ? {} : { expect }) } };
    return { release, out, packs, log, logKey, since, repo, sign, trust, rollback, build: buildOf(given) };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

/** Who may build it and what is to be shipped come from whoever releases, never from the build. */
function buildOf({ folder, artifact, builders, trust }: Pick<Build, 'builders' | 'trust'> & Record<'folder' | 'artifact', string | undefined>): Build | null {
  if (folder === undefined && artifact === undefined && builders.length + Object.keys(trust).length === 0) return null;
  if (folder === undefined || artifact === undefined || builders.length === 0 || Object.keys(trust).length !== 1) throw new Error('--build, --artifact, --builder and one of --build-key and --build-expect belong together');
  return { folder, artifact, builders, trust };
}

/** A build that does not verify is disclosed as one: policy says what that means. */
async function builtBy(build: Build | null): Promise<{ files: Record<string, string> | null; faults: string[] }> {
  if (!build) return { files: null, faults: [] };
  const files = await readPack(build.folder);
  const { faults } = verifyWholePack(files, await packTrust(files, build.trust, wrongUse));
  return { files, faults: faults.map(({ file, code, message }) => `${code} build/${file}: ${message}`) };
}

async function verified(folder: string, trust: PackTrustOptions): Promise<PackSource> {
  const files = await readPack(folder);
  const report = verifyWholePack(files, await packTrust(files, trust, wrongUse));
  const [fault] = report.faults;
  if (fault) throw new AssayError('DISCLOSURE_PACK', `${folder} does not verify: ${fault.code} ${fault.file}: ${fault.message}`, { remedy: 'Take the pack again with "assay pack"; nothing is disclosed on evidence that does not hold.' });
  return packSource(files, report);
}

/** Waivers, settings and the rollback plan are those that the tag itself holds. */
async function releaseOf({ release: tag, since, repo, build, rollback }: Options): Promise<Omit<Release, 'buildFaults'>> {
  const commits = [...await commitsOfRelease(repo, { tag, since })];
  const commit = (await gitText(repo, ['rev-parse', '--verify', `refs/tags/${tag}^{commit}`]))?.trim() ?? '';
  const paths = ((await gitText(repo, ['ls-tree', '-r', '-z', '--name-only', commit, '--', `${waiverFolder}/`])) ?? '').split('\0').filter((path) => path !== '').sort();
  const held = (path: string) => gitText(repo, ['show', `${commit}:${path}`]);
  const waivers = await Promise.all(paths.map(async (path) => ({ path, text: (await held(path)) ?? '' })));
  const plan = rollback === null ? null : await held(rollback);
  if (rollback !== null && plan === null) throw wrongUse(`${tag} holds no ${rollback}`);
  const [made] = build ? await digestsOf([build.artifact]) : [];
  return { tag, commit, commits, waivers, askedAt: Date.now(), config: await held(configPath), artifact: made?.sha256 ?? null, builders: build?.builders ?? [], rollback: rollback === null ? null : { path: rollback, text: plan ?? '' } };
}

async function writeAll(out: string, files: Record<string, string | Uint8Array>, { disclosure, key }: { disclosure: Disclosure; key: string | undefined }): Promise<void> {
  const signer = await runSigner({ key, env: process.env });
  const { tag, commit } = disclosure.release;
  const contents = await signer.sign(contentsStatement(files, { change: `release ${tag}`, headSha: commit, page: 'none' }));
  for (const [name, content] of Object.entries({ ...files, [contentsFile]: canonicalJson(contents.bundle) })) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), content);
  }
}

function wrongUse(message: string, cause?: unknown): AssayError {
  return new AssayError('USAGE_DISCLOSE', message, { remedy: usage, cause });
}
