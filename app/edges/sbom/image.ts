/**
 * The bill of materials of an image, by Syft from deps/tools.lock, which reads images and executes nothing of them. Its time of making goes and its serial number is made
 * of the content, so that the same image gives the same bytes; the document must keep to its schema like every other one.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { v5 as uuid5 } from 'uuid';
import { canonicalJson } from '../../core/digest.ts';
import { AssayError } from '../../core/errors.ts';
import { readDocument } from '../../core/sbom/document.ts';
import { installCommand, readLock, toolNamed, toolPath } from '../tools/lock.ts';
import { schemaFaults } from './validate.ts';

const limits = { maxBuffer: 256 * 1024 * 1024, timeout: 600_000 };

/** `image`: a reference, or `oci-dir:`, `oci-archive:`, `docker-archive:` with a path. Throws SBOM_TOOL_MISSING, SBOM_IMAGE or SBOM_INVALID. */
export async function bomOfImage(image: string, spec: '1.6' | '1.7'): Promise<string> {
  const program = toolPath('syft');
  if (program === null) throw new AssayError('SBOM_TOOL_MISSING', 'bills of images are made by Syft, which is not installed', { remedy: installCommand(toolNamed('syft', readLock())) });
  const made = readDocument(Buffer.from(await run(program, image, spec)));
  const { serialNumber: _, metadata, ...rest } = made.value;
  const { timestamp: __, ...kept } = typeof metadata === 'object' && metadata !== null ? metadata as Record<string, unknown> : {};
  const content = { ...rest, metadata: kept };
  const text = `${JSON.stringify({ ...content, serialNumber: `urn:uuid:${uuid5(canonicalJson(content), uuid5.URL)}` }, null, 2)}\n`;
  const faults = await schemaFaults(readDocument(Buffer.from(text)));
  if (faults.length > 0) throw new AssayError('SBOM_INVALID', `Syft's document does not keep to its schema: ${faults.join('; ').slice(0, 300)}`, { remedy: 'Report it with the image.' });
  return text;
}

async function run(program: string, image: string, spec: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'assay-syft-'));
  // Where its client finds registries and their credentials is the user's own business.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_CONFIG: process.env.DOCKER_CONFIG, TMPDIR: home, XDG_CACHE_HOME: home, SYFT_CHECK_FOR_APP_UPDATE: 'false' };
  try {
    return (await promisify(execFile)(program, ['scan', '--quiet', '--output', `cyclonedx-json@${spec}`, '--', image], { ...limits, env, cwd: home })).stdout;
  } catch (cause) {
    const why = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) || cause.message : String(cause);
    throw new AssayError('SBOM_IMAGE', `Syft could not read ${image}: ${why.trim().slice(-300)}`, { remedy: 'Name an image that this machine can pull, or an archive with oci-archive: or docker-archive: before its absolute path.', cause });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
