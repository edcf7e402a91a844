/** The demo itself: it holds as shipped, with its report as promised, and notices when a control is switched off. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variantOf } from '../../app/cli/demo/variant.ts';
import type { DemoReport } from '../../app/cli/demo/report.ts';
import { controls } from '../world/weaken.ts';

const clone = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'assay-demo-test-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Played { exit: number; report: DemoReport; out: string }

function play(...args: string[]): Promise<Played> {
  const file = join(folder, `${args.join('_')}.json`);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(clone, 'app/bin.js'), 'demo', '--headless', '--report', file, ...args], { cwd: folder, timeout: 540_000 }, (error, out, err) => {
      if (error && typeof error.code !== 'number') return reject(new Error(`the demo died: ${error.message}\n${out}\n${err}`));
      resolve({ exit: error ? Number(error.code) : 0, report: JSON.parse(readFileSync(file, 'utf8')) as DemoReport, out });
    });
  });
}

describe('the demo', () => {
  it('draws at least 20 variants, and the same one for the same seed', () => {
    const drawn = Array.from({ length: 60 }, (_, seed) => JSON.stringify({ ...variantOf(seed), seed: 0 }));
    expect(new Set(drawn).size).toBeGreaterThanOrEqual(20);
    expect(variantOf(7)).toEqual(variantOf(7));
  });

  it('holds from an issue to a merge, and against an attack', async () => {
    const { exit, report, out } = await play('--seed', '3');
    expect(report.steps.filter((step) => !step.ok), out).toEqual([]);
    expect(exit).toBe(0);
    expect(report).toMatchObject({
      ok: true, spec: { criteria: 4 }, consensus: { outcome: 'pass' }, audit: { reproduced: true },
      mergeBeforeApproval: { status: 405 }, mergeAfterApproval: { merged: true },
      attack: { saboteur: { reproduced: true }, approveRefused: true, editedCommentIgnored: true, mergeStatus: 405, fixedAndMerged: true },
      auditLog: { verified: true },
    });
    expect(report.spec?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.candidates.map((candidate) => candidate.family).sort()).toEqual(['anthropic', 'google', 'openai']);
    expect(report.candidates.filter((candidate) => candidate.outcome === 'dissents').map((candidate) => candidate.family)).toEqual([variantOf(3).wrongFamily]);
    expect(report.attack?.guardrails).toEqual(expect.arrayContaining(['G01', 'G02', 'G03', 'G10']));
    expect(Object.values(report.checks)).toEqual(Array(7).fill('success'));
    expect(report.ledger.calls).toBeGreaterThan(10);
    expect(report.ledger.usd).toBeGreaterThan(0);
    expect(report.sandbox.grade).not.toBe('none');
  }, 560_000);

  it.each(controls)('exits 1 with %s switched off', async (control) => {
    const { exit, report } = await play('--seed', '3', '--without', control);
    expect(exit).toBe(1);
    expect(report.ok).toBe(false);
    expect(report.steps.at(-1)).toMatchObject({ ok: false });
  }, 560_000);
});
