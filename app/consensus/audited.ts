/** What an audit was about and what it was done with, by digest: the part of its answer that the signed verdict binds. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../core/digest.ts';
import type { AuditOutput } from '../core/job.ts';
import { specDigest } from '../core/spec.ts';
import { MIB, type Sandbox } from '../core/ports/sandbox.ts';
import type { AuditRequest } from './audit.ts';
import { conditions } from './conditions.ts';

/** Subjects, toolchain, who wrote and who audited; the fingerprint is the root over all answers. */
export async function auditedOf({ spec, base, candidates, winner, seed, family, expected }: AuditRequest, sandbox: Sandbox): Promise<NonNullable<AuditOutput['audited']>> {
  const toolchain = { node: process.version, python: await pythonIn(sandbox), platform: `${process.platform}-${process.arch}`, sandbox: sandbox.grade.name, runner: runnerDigest() };
  return {
    subjects: { spec: specDigest(spec), base: digestOf(base), candidates: [...candidates].sort((a, b) => (a.id < b.id ? -1 : 1)).map((one) => ({ id: one.id, family: one.family, model: one.model, patch: digestOf(one.patch), tests: digestOf(one.tests) })) },
    winner, seed, expected, auditor: family, toolchain: { ...toolchain, digest: digestOf(toolchain) }, conditions: conditions.map((condition) => ({ name: condition.name, digest: digestOf(condition) })),
  };
}

/** As the sandbox has it, where candidates run; null where it has none. */
async function pythonIn(sandbox: Sandbox): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-python-'));
  try {
    chmodSync(folder, 0o755);
    const { exit, stdout } = await sandbox.run({ argv: ['python3', '-I', '-c', 'import sys; print(sys.version)'], workdir: folder, limits: { wallMs: 30_000, cpuMs: 10_000, memoryBytes: 256 * MIB, processes: 8, fileBytes: MIB, outputBytes: 4_096 } });
    return exit === 0 ? stdout.toString('utf8').trim().replace(/\s+/g, ' ') : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let known: string | null = null;

/** Of the programs that run candidates: an audit with others is another audit. */
function runnerDigest(): string {
  const folder = join(import.meta.dirname, 'runner');
  known ??= digestOf(readdirSync(folder).filter((name) => /\.(mjs|py)$/.test(name)).sort().map((name) => [name, createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')]));
  return known;
}
