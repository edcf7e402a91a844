/** The environment, read in one place (GitHub's part in edges/github/settings.ts). Everything else gets values. Throws CONFIG_* with the variable's name. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import { families, type Family } from '../core/family.ts';
import { defaultWorkflow } from '../edges/executor/actions.ts';
import type { RunSignerSettings } from './run-signers.ts';
import type { AuditSettings } from './notary.ts';
import type { TransitSettings } from '../edges/keys/transit.ts';
import type { VendorSettings } from '../edges/models/vendor.ts';

const Text = z.string().trim().min(1).optional().catch(undefined);

const Environment = z.object({
  WEBHOOK_SECRET_PREVIOUS: Text,
  HOST: Text, PORT: z.coerce.number().int().min(0).max(65_535).optional(), PUBLIC_URL: Text, ASSAY_DATA: Text,
  ASSAY_PAGES_TOKEN: Text, ASSAY_EXECUTOR: z.enum(['local', 'actions']).optional(), ASSAY_WORKFLOW: z.string().regex(/^[\w.-]+\.ya?ml$/).optional(), LOG_LEVEL: Text,
  ASSAY_AUDIT_ORIGIN: z.string().regex(/^[^\s+]{1,200}$/, 'a name without white space and plus sign').optional(), ASSAY_AUDIT_EVERY: z.coerce.number().int().min(1).optional(), ASSAY_AUDIT_MINUTES: z.coerce.number().min(1).optional(),
  ASSAY_AUDIT_ANCHOR: z.enum(['git', 'none']).optional(), ASSAY_AUDIT_WITNESS: Text, ASSAY_AUDIT_WITNESS_KEY: Text, ASSAY_AUDIT_STREAM: Text, ASSAY_ENV: Text,
  ASSAY_WORKFLOW_SIGNER: z.string().regex(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}(,[0-9a-f]{40})*$/, 'owner/name@<40 hex>[,<40 hex>]').optional(), ASSAY_WORKFLOW_ROOT: Text,
  ASSAY_SIGNING_KEY: Text, ASSAY_KMS_URL: Text, ASSAY_KMS_MOUNT: z.string().regex(/^[\w/-]+$/).optional(), ASSAY_KMS_KEY: z.string().regex(/^[\w.-]+$/).optional(), ASSAY_KMS_TOKEN: Text, ASSAY_TSA_URL: Text, ASSAY_TSA_ROOT: Text,
  ASSAY_POLICY: Text, ASSAY_POLICY_KEY: Text, GITHUB_CLIENT_ID: Text, GITHUB_CLIENT_SECRET: Text,
  ASSAY_MODEL_REGIONS: z.string().regex(/^(anthropic|openai|google)=[a-z][a-z0-9-]*(,(anthropic|openai|google)=[a-z][a-z0-9-]*)*$/, 'family=region[,family=region]').optional(),
  ANTHROPIC_API_KEY: Text, ANTHROPIC_BASE_URL: Text, OPENAI_API_KEY: Text, OPENAI_BASE_URL: Text, GEMINI_API_KEY: Text, GOOGLE_GEMINI_BASE_URL: Text,
});
export type Environment = z.infer<typeof Environment>;

export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const parsed = Environment.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new AssayError('CONFIG_ENVIRONMENT', z.prettifyError(parsed.error), { remedy: 'The README lists every variable and its values.' });
}

export function dataFolder(environment: Environment): string {
  return environment.ASSAY_DATA ?? join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'assay');
}

export function vendorSettings(environment: Environment): Record<Family, VendorSettings> {
  return {
    anthropic: { apiKey: environment.ANTHROPIC_API_KEY, baseUrl: environment.ANTHROPIC_BASE_URL },
    openai: { apiKey: environment.OPENAI_API_KEY, baseUrl: environment.OPENAI_BASE_URL },
    google: { apiKey: environment.GEMINI_API_KEY, baseUrl: environment.GOOGLE_GEMINI_BASE_URL },
  };
}

/** Where each family's endpoint stands, as its contract says; policy asks for it where a repository names its home. */
export function modelRegions({ ASSAY_MODEL_REGIONS: regions = '' }: Environment): Partial<Record<Family, string>> {
  return Object.fromEntries(regions.split(',').filter((pair) => pair !== '').map((pair) => pair.split('=') as [Family, string]));
}

/** What the App does with work: handed to GitHub Actions unless it is told to keep it. The demo and the command line never ask. */
export function actionsSettings(environment: Environment): { workflow: string } | null {
  return environment.ASSAY_EXECUTOR === 'local' ? null : { workflow: environment.ASSAY_WORKFLOW ?? defaultWorkflow };
}

/** Who may sign for dispatched runs: the repository with the reusable workflow and its allowed commits, and the root of GitHub's own instance for repositories that are not public. Null: nobody. */
export function runSigners({ ASSAY_WORKFLOW_SIGNER: signer, ASSAY_WORKFLOW_ROOT: root }: Environment): RunSignerSettings | null {
  if (signer === undefined && root !== undefined) throw new AssayError('CONFIG_SIGNER', 'ASSAY_WORKFLOW_ROOT says whose signatures hold, and ASSAY_WORKFLOW_SIGNER does not say who may sign', { remedy: 'Set ASSAY_WORKFLOW_SIGNER to owner/name@<40 hex> of the reusable workflow.' });
  const [repository = '', commits = ''] = signer?.split('@') ?? [];
  return signer === undefined ? null : { repository, commits: commits.split(','), privateRoot: root === undefined ? null : fileText(root, { code: 'CONFIG_SIGNER', of: 'ASSAY_WORKFLOW_ROOT' }) };
}

function fileText(path: string, { code, of }: { code: string; of: string }): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AssayError(code, `${of}: ${path} cannot be read`, { remedy: 'Give the path of a trusted root (JSON) that the App may read.', cause });
  }
}

/** The audit log of this App: sealed, anchored and streamed unless it is told otherwise. */
export function auditSettings(environment: Environment, appId: number): AuditSettings {
  const { ASSAY_AUDIT_WITNESS: url, ASSAY_AUDIT_WITNESS_KEY: key, ASSAY_AUDIT_EVERY: entries, ASSAY_AUDIT_MINUTES: minutes, ASSAY_AUDIT_STREAM: stream } = environment;
  if ((url === undefined) !== (key === undefined)) throw new AssayError('CONFIG_WITNESS', 'ASSAY_AUDIT_WITNESS and ASSAY_AUDIT_WITNESS_KEY belong together', { remedy: 'Set both, or neither: a witness whose key is not known proves nothing.' });
  return {
    origin: environment.ASSAY_AUDIT_ORIGIN ?? `assay-app-${appId}/audit`, anchor: environment.ASSAY_AUDIT_ANCHOR !== 'none', witness: url !== undefined && key !== undefined ? { url, key } : null,
    pace: { ...(entries === undefined ? {} : { entries }), ...(minutes === undefined ? {} : { ms: minutes * 60_000 }) },
    stream: stream === 'none' ? null : stream ?? join(dataFolder(environment), 'audit-stream.jsonl'), source: { service: 'assay', env: environment.ASSAY_ENV ?? 'production', version: packageVersion() },
  };
}

/** A policy bundle that was promoted to prod, with the public key that it must be signed by; null: the policy that ships with Assay. */
export function policySettings({ ASSAY_POLICY: folder, ASSAY_POLICY_KEY: keyFile }: Environment): { folder: string; keyFile: string } | null {
  if ((folder === undefined) !== (keyFile === undefined)) throw new AssayError('CONFIG_POLICY', 'ASSAY_POLICY and ASSAY_POLICY_KEY belong together', { remedy: 'Set both, or neither: a bundle whose signer is not known proves nothing.' });
  return folder !== undefined && keyFile !== undefined ? { folder, keyFile } : null;
}

/** Where the key lies that signs evidence: in a key service, in the environment (PEM), or in the data folder (null). */
export function keySettings({ ASSAY_SIGNING_KEY: pem, ASSAY_KMS_URL: url, ASSAY_KMS_KEY: key, ASSAY_KMS_TOKEN: token, ASSAY_KMS_MOUNT: mount = 'transit' }: Environment): { pem: string } | TransitSettings | null {
  const given = [url, key, token].filter((each) => each !== undefined).length;
  if ((given > 0 && given < 3) || (given > 0 && pem !== undefined)) throw new AssayError('CONFIG_KMS', 'ASSAY_KMS_URL, ASSAY_KMS_KEY and ASSAY_KMS_TOKEN belong together, and without ASSAY_SIGNING_KEY', { remedy: 'Set all three for a key service, ASSAY_SIGNING_KEY alone for a key in the environment, or none for a key in the data folder.' });
  if (url !== undefined && key !== undefined && token !== undefined) return { url, mount, key, token };
  return pem === undefined ? null : { pem };
}

/** The timestamp authority whose time each signature of the App gets; null: none does. */
export function timestampSettings({ ASSAY_TSA_URL: url, ASSAY_TSA_ROOT: root }: Environment): { url: string; root: string } | null {
  if ((url === undefined) !== (root === undefined)) throw new AssayError('CONFIG_TSA', 'ASSAY_TSA_URL and ASSAY_TSA_ROOT belong together', { remedy: 'Set both, or neither: a time whose authority is not known proves nothing.' });
  return url !== undefined && root !== undefined ? { url, root: fileText(root, { code: 'CONFIG_TSA', of: 'ASSAY_TSA_ROOT' }) } : null;
}

/** With what people sign in who approve by passkey; null: they cannot. */
export function signInSettings({ GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret }: Environment): { clientId: string; clientSecret: string } | null {
  if ((clientId === undefined) !== (clientSecret === undefined)) throw new AssayError('CONFIG_SIGN_IN', 'GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET belong together', { remedy: 'Set both to those of the App, or neither: then nobody can approve by passkey.' });
  return clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : null;
}

function packageVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
}

/** Families that have a key, in the fixed order; quorum needs two of them. */
export function familiesWith(vendors: Record<Family, VendorSettings>): Family[] {
  return families.filter((family) => Boolean(vendors[family].apiKey));
}
