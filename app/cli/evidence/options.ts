/** The options of `assay evidence`. */
import { parseArgs } from 'node:util';
import { PackageURL } from 'packageurl-js';
import { AssayError } from '../../core/errors.ts';

const usage = 'assay evidence --out FOLDER [--report FILE…] [--tests FILE…] [--sbom FILE] [--artifact FILE…] [--signature FILE…] [--release PURL] [--key PRIVATE.pem] [--expectation FILE] [PATH]';

export interface EvidenceOptions {
  out: string;
  path: string;
  /** Reports of `assay guard --format json`. */
  reports: string[];
  /** JUnit reports. */
  tests: string[];
  /** Absent: made of the lock files of PATH. */
  sbom?: string;
  artifacts: string[];
  /** Bundles over artifacts, kept in the pack. */
  signatures: string[];
  release?: string;
  key: string | undefined;
  /** Where the expectation is written by which the pack verifies; of a signing run alone. */
  expectation?: string;
}

/** Throws USAGE_EVIDENCE. */
export function optionsOf(args: string[]): EvidenceOptions {
  const one = { type: 'string' } as const;
  const many = { type: 'string', multiple: true } as const;
  try {
    const { values, positionals: [path = '.', ...more] } = parseArgs({ args, allowPositionals: true, options: { out: one, key: one, sbom: one, release: one, expectation: one, report: many, tests: many, artifact: many, signature: many } });
    if (values.out === undefined || more.length > 0) throw new Error('say --out and at most one PATH');
    const { report: reports = [], tests = [], artifact: artifacts = [], signature: signatures = [] } = values;
    if (reports.length + tests.length === 0) throw new Error('a pack without a report of guard or of tests would prove nothing');
    if (values.release !== undefined) checkRelease(values.release, artifacts);
    return { out: values.out, path, reports, tests, artifacts, signatures, key: values.key, ...(values.sbom === undefined ? {} : { sbom: values.sbom }), ...(values.release === undefined ? {} : { release: values.release }), ...(values.expectation === undefined ? {} : { expectation: values.expectation }) };
  } catch (cause) {
    throw new AssayError('USAGE_EVIDENCE', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

function checkRelease(purl: string, artifacts: readonly string[]): void {
  if (!PackageURL.fromString(purl).version) throw new Error(`${purl} names no version, and a release is of one`);
  if (artifacts.length === 0) throw new Error('--release says what makes up a release: name it with --artifact');
}
