/**
 * The policy edge: runs the committed `policies/assay.wasm` and answers decisions as JSON. It refuses a wasm whose bytes are not those of its
 * manifest (POLICY_DIGEST_MISMATCH) and an evaluation without a decision (POLICY_UNDEFINED); it never lets a policy that failed look like one that allowed.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPolicy, type LoadedPolicy } from '@open-policy-agent/opa-wasm';
import { z } from 'zod';
import { sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { Policy } from '../core/ports/policy.ts';

const Manifest = z.strictObject({ sha256: z.string(), opa: z.string(), entrypoints: z.array(z.string()), sources: z.record(z.string(), z.string()) });
const reinstall = 'Restore policies/assay.wasm and policies/assay.wasm.json from the release, or rebuild them with node policies/build.ts.';
const roomPages = { initial: 32, maximum: 2048 };

/** Opens the policy of a folder, by default the one that Assay ships. One instance serves any number of decisions. */
export async function openPolicy(options: { folder?: string } = {}): Promise<Policy> {
  const folder = options.folder ?? join(import.meta.dirname, '../../policies');
  const [wasm, manifest] = await Promise.all([read(join(folder, 'assay.wasm')), read(join(folder, 'assay.wasm.json'))]);
  return policyOf({ wasm, manifest: manifest.toString('utf8') });
}

/** The same from bytes that are at hand, e.g. of an evidence pack; `manifest` is what they say of themselves. */
export async function policyOf({ wasm, manifest: text }: { wasm: Buffer; manifest: string }): Promise<Policy> {
  const manifest = readManifest(text);
  const digest = sha256(wasm);
  if (digest !== manifest.sha256) {
    throw new AssayError('POLICY_DIGEST_MISMATCH', `policies/assay.wasm is ${digest}, its manifest says ${manifest.sha256}`, { remedy: reinstall });
  }
  const loaded = await load(Buffer.from(wasm));
  // No data goes beside the wasm, so its digest is that of policy and data together.
  return { digest, files: { wasm, manifest: text }, decide: async (name, input) => evaluate(loaded, name, input) };
}

function evaluate(loaded: LoadedPolicy, name: string, input: unknown): unknown {
  const entrypoint = `${name.replaceAll('.', '/')}/decision`;
  let results: unknown;
  try {
    // As bytes, because the SDK takes null, 0 and false for "no input".
    results = loaded.evaluate(jsonBytes(input), entrypoint);
  } catch (thrown) {
    throw new AssayError('POLICY_UNDEFINED', `policy ${name} did not evaluate: ${String(thrown)}`, { remedy: reinstall, cause: thrown });
  }
  const parsed = z.array(z.object({ result: z.unknown() })).length(1).safeParse(results);
  if (parsed.success && parsed.data[0]?.result !== undefined) return parsed.data[0].result;
  throw new AssayError('POLICY_UNDEFINED', `policy ${name} gave no decision`, { remedy: reinstall });
}

function jsonBytes(input: unknown): ArrayBuffer {
  const bytes = new TextEncoder().encode(JSON.stringify(input ?? null));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

async function load(wasm: Buffer<ArrayBuffer>): Promise<LoadedPolicy> {
  try {
    return await loadPolicy(wasm, roomPages);
  } catch (thrown) {
    throw new AssayError('POLICY_DIGEST_MISMATCH', `policies/assay.wasm does not load: ${String(thrown)}`, { remedy: reinstall, cause: thrown });
  }
}

async function read(path: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(path);
  } catch (thrown) {
    throw new AssayError('POLICY_DIGEST_MISMATCH', `${path} cannot be read`, { remedy: reinstall, cause: thrown });
  }
}

function readManifest(text: string): z.infer<typeof Manifest> {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (thrown) {
    throw new AssayError('POLICY_DIGEST_MISMATCH', 'assay.wasm.json is no policy manifest', { remedy: reinstall, cause: thrown });
  }
}
