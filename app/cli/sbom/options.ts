/** The options of `assay sbom` and its parts. */
import { parseArgs } from 'node:util';
import { AssayError } from '../../core/errors.ts';

export const usage = [
  'assay sbom [PATH] [--out FILE] [--format cyclonedx|spdx] [--spec 1.6|1.7] [--name NAME]',
  'assay sbom --image IMAGE [--out FILE] [--spec 1.6|1.7]',
  'assay sbom check FILE [--out FILE] [--format text|json]',
  'assay sbom diff BASE HEAD [--out FILE] [--format text|json]',
].join('\n          ');

export interface SbomOptions {
  operands: string[];
  out: string | null;
  json: boolean;
  format: string | null;
  spec: '1.6' | '1.7';
  /** What the document is about, where the manifests do not say. */
  name: string | null;
  /** A reference or an archive, for Syft. */
  image: string | null;
}

/** Throws USAGE_SBOM. */
export function optionsOf(args: string[]): SbomOptions {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { out: text, format: text, spec: text, name: text, image: text } });
    const { out = null, format = null, spec = '1.6', name = null, image = null } = values;
    if (spec !== '1.6' && spec !== '1.7') throw new Error('--spec is 1.6 or 1.7');
    return { operands: positionals, out, format, json: format === 'json', spec, name, image };
  } catch (cause) {
    throw new AssayError('USAGE_SBOM', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

/** Throws USAGE_SBOM where the format is none of them. */
export function formatIn(format: string | null, known: readonly string[]): string {
  if (format === null) return known[0]!;
  if (known.includes(format)) return format;
  throw new AssayError('USAGE_SBOM', `--format is ${known.join(' or ')}`, { remedy: usage });
}
