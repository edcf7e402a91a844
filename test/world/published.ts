/** Packages made at run time for the loopback registry, so that no archive is committed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Published } from './registry.ts';

/** A tarball as npm publishes it. */
export function npmPackage(manifest: { name: string; version: string; [key: string]: unknown }, files: Record<string, string>): Published {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  const { name, version } = manifest;
  const filename = `${name}-${version}.tgz`;
  for (const [path, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    mkdirSync(dirname(join(folder, 'package', path)), { recursive: true });
    writeFileSync(join(folder, 'package', path), text);
  }
  execFileSync('tar', ['czf', join(folder, filename), '-C', folder, 'package']);
  const bytes = readFileSync(join(folder, filename));
  rmSync(folder, { recursive: true, force: true });
  return { name, version, filename, bytes };
}

/** The hash as a lock file writes it. */
export function integrity(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
