/** Answers of tools: asked once for the same content, kept for later runs only where they judged, never mixed up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AssayError } from '../core/errors.ts';
import type { LateScanner, Scanner, ToolRequest } from '../core/ports/toolbox.ts';
import { ToolAnswer, type ToolState } from '../core/tool-answer.ts';
import { scanners } from '../edges/scanners/all.ts';
import { answersOnDisk } from '../edges/scanners/cache.ts';
import { descriptors } from './catalogue.generated.ts';
import { silences } from './engines.ts';
import { fixtureNow } from './facts.fixture.ts';
import { toolbox } from './toolbox.ts';

const home = mkdtempSync(join(tmpdir(), 'assay-answers-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function request(text: string, guardrail = 'G06'): ToolRequest {
  return { guardrail, changed: [{ path: 'a.py', text, baseText: null, changedLines: new Set([1]) }], head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs: 1000 };
}

function counting(more: Partial<Scanner> & { state?: ToolState } = {}): Scanner & { asked: number } {
  return {
    name: 'counter', version: '1.0.0', perGuardrail: false, asked: 0, keyed: ({ changed }) => changed.map((file) => file.text),
    async scan() {
      this.asked += 1;
      return ToolAnswer.parse({ tool: 'counter', version: '1.0.0', state: more.state ?? 'clean' });
    },
    ...more,
  };
}

const late = (scanner: Scanner): LateScanner => ({ name: scanner.name, load: async () => scanner });

describe('the toolbox', () => {
  it('asks a scanner once about the same content, whoever asks', async () => {
    const scanner = counting();
    const box = toolbox({ scanners: [late(scanner)], probes: [] });
    await Promise.all([box.ask('counter', request('x')), box.ask('counter', request('x', 'G11')), box.ask('counter', request('y'))]);
    expect(scanner.asked).toBe(2);
  });

  it('asks for each guardrail where its rules differ, and always where a database decides', async () => {
    const [own, live] = [counting({ perGuardrail: true }), counting({ name: 'live', keyed: () => null })];
    const box = toolbox({ scanners: [late(own), late(live)], probes: [] });
    for (const each of ['G06', 'G11', 'G06']) for (const tool of ['counter', 'live']) await box.ask(tool, request('x', each));
    expect([own.asked, live.asked]).toEqual([2, 3]);
  });

  it('keeps an answer for the next run, and none that did not judge', async () => {
    const [clean, broken] = [counting(), counting({ name: 'broken', state: 'crashed' })];
    for (let run = 0; run < 2; run += 1) {
      const box = toolbox({ scanners: [late(clean), late(broken)], probes: [], cache: answersOnDisk(home) });
      expect(await box.ask('counter', request('kept'))).toMatchObject({ state: 'clean' });
      expect(await box.ask('broken', request('kept'))).toMatchObject({ state: 'crashed' });
    }
    expect([clean.asked, broken.asked]).toEqual([1, 2]);
  });

  it('knows each scanner by the name that it has', async () => {
    for (const each of scanners()) expect((await each.load()).name).toBe(each.name);
  });

  it('answers crashed for what throws, unknown for what it does not know', async () => {
    const scanner = counting({ scan: () => Promise.reject(new Error('boom')) });
    const box = toolbox({ scanners: [late(scanner)], probes: [{ name: 'probe', probe: () => Promise.reject(new Error('bang')) }] });
    expect(await box.ask('counter', request('x'))).toMatchObject({ state: 'crashed', why: expect.stringContaining('boom') });
    expect(await box.ask('probe', request('x'))).toMatchObject({ state: 'crashed', why: expect.stringContaining('bang') });
    expect(await box.ask('nobody', request('x'))).toMatchObject({ state: 'unknown' });
    const lost = toolbox({ scanners: [{ name: 'lost', load: () => Promise.reject(new Error('no such module')) }], probes: [] });
    expect(await lost.ask('lost', request('x'))).toMatchObject({ state: 'crashed', why: expect.stringContaining('no such module') });
  });

  it('hands on the remedy of a failure that is known, and has none for another', async () => {
    const known = new AssayError('SANDBOX_NONE', 'no sandbox here', { remedy: 'Install bubblewrap.' });
    const box = toolbox({ scanners: [], probes: [{ name: 'known', probe: () => Promise.reject(known) }, { name: 'other', probe: () => Promise.reject(new Error('bang')) }] });
    const answers = { known: await box.ask('known', request('x')), other: await box.ask('other', request('x')) };
    expect(answers.known).toMatchObject({ why: 'SANDBOX_NONE: no sandbox here', remedy: 'Install bubblewrap.' });
    const descriptor = { ...descriptors[0]!, tools: [{ name: 'known', role: 'required' as const }, { name: 'other', role: 'required' as const }] };
    expect(silences(descriptor, answers).map(({ code, remedy }) => [code, remedy])).toEqual([['ENGINE_CRASHED', 'Install bubblewrap.'], ['ENGINE_CRASHED', undefined]]);
  });
});
