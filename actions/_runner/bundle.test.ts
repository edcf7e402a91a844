/** The committed bundle is what the sources give, twice the same, and what is installed from the packed tarball guards. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundled, stale } from './bundle.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'assay-bundle-'));
  made.push(path);
  return path;
}

describe('the bundle', () => {
  it('is what the sources give (else: npm run bundle)', async () => {
    expect(await stale()).toEqual([]);
  });

  it('is the same when it is built again, and names no place of this machine', async () => {
    const [first, second] = [await bundled(), await bundled()];
    expect(Object.keys(second)).toEqual(Object.keys(first));
    for (const [path, content] of Object.entries(first)) {
      expect(Buffer.from(second[path]!).equals(content), path).toBe(true);
      expect(Buffer.from(content).includes(root), path).toBe(false);
    }
  });

  it('stays under 8 MB, and a guardrail needs libraries only where it has an engine of machine code', async () => {
    const files = await bundled();
    expect(Object.values(files).reduce((bytes, content) => bytes + content.length, 0)).toBeLessThan(8 * 1024 * 1024);
    const needs = JSON.parse(Buffer.from(files['actions/_runner/dist/needs.json']!).toString()) as Record<string, string[]>;
    expect(needs.G01).toContain('@ast-grep/napi');
    expect(needs).not.toHaveProperty('G20');
    // Else one missing library would stop every guardrail.
    expect(needs).not.toHaveProperty('*');
  });
});

describe('Assay installed from its packed tarball', () => {
  // npm would fetch the dependencies again; they are those of this clone.
  function install(): string {
    const project = folder();
    const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as { filename: string }[];
    const place = join(project, 'node_modules', '@assay-dev', 'assay');
    mkdirSync(place, { recursive: true });
    execFileSync('tar', ['-xzf', join(project, packed!.filename), '-C', place, '--strip-components=1']);
    for (const name of readdirSync(join(root, 'node_modules')).filter((each) => !each.startsWith('.'))) symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    return join(place, 'app', 'bin.js');
  }

  it('guards a change with the engines of its dependencies, and says where the demo is', () => {
    const bin = install();
    const change = folder();
    const git = (...args: string[]) => execFileSync('git', ['-C', change, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { stdio: 'ignore' });
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'base');
    writeFileSync(join(change, 'total.py'), 'def total(items):\n    pass\n');
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: change };
    const guard = spawnSync(process.execPath, [bin, 'guard', change, '--base', 'main', '--only', 'G01,G02,G10', '--format', 'json'], { encoding: 'utf8', env });
    expect(guard.stderr).toBe('');
    const report = JSON.parse(guard.stdout) as { outcome: string; guardrails: { id: string; outcome: string }[] };
    expect(report.guardrails.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['G01 fail', 'G02 pass', 'G10 pass']);
    expect(guard.status).toBe(1);
    const demo = spawnSync(process.execPath, [bin, 'demo'], { encoding: 'utf8', env });
    expect([demo.status, demo.stderr]).toEqual([2, expect.stringContaining('USAGE_DEMO_CLONE_ONLY')]);
  });
});
