/**
 * `assay audit-log export` writes a period or a release of the audit log as a file that verifies on its own (`assay verify --log`); `assay audit-log redact` takes fields of an
 * entry away for good. Exit codes: 0 done, 2 wrong use, 3 the log is not whole, not sealed so far, or cannot be read.
 */
import { AssayError } from '../core/errors.ts';
import { exportLog, exportUsage } from './audit-log/export.ts';
import { redactEntry, redactUsage } from './audit-log/redact.ts';
import type { Verb } from './main.ts';

export const verb: Verb = {
  summary: 'export a period or a release of the audit log with proofs, or redact an entry',
  async run([act, ...args]) {
    if (act === 'export') return exportLog(args);
    if (act === 'redact') return redactEntry(args);
    throw new AssayError('USAGE', 'say export or redact', { remedy: `${exportUsage}   |   ${redactUsage}` });
  },
};
