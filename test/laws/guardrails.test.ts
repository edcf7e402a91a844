/** Laws of the guardrail folders: the catalogue is the folders, every case gives its verdict, generated files are up to date, rulepacks compile. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanners } from '../../app/edges/scanners/all.ts';
import { probes } from '../../app/guardrails/probes/all.ts';
import { Case, playCase } from '../../app/guardrails/case.ts';
import { descriptors, packs } from '../../app/guardrails/catalogue.generated.ts';
import { inPhase } from '../../app/guardrails/descriptor.ts';
import { stale } from '../../app/guardrails/generate.ts';
import { inspectors } from '../../app/guardrails/inspectors.generated.ts';
import { readSources, root } from '../../app/guardrails/sources.ts';

const sources = readSources();
const closed = { sandbox: () => Promise.reject(new Error('not opened here')), dependencies: { fetch: () => Promise.reject(new Error('not fetched here')) } };

describe('the catalogue', () => {
  it('holds exactly the folders under actions/', () => {
    const folders = sources.map((source) => source.descriptor.id);
    expect(descriptors.map((each) => each.id)).toEqual(folders);
    expect(Object.keys(inspectors)).toEqual(folders);
  });

  it('gives every pack its members', () => {
    for (const pack of packs) expect(pack.members, pack.name).toEqual(descriptors.filter((each) => each.packs.includes(pack.name)).map((each) => each.id));
  });

  it('names only tools that there are, each in a list that runs it', () => {
    const known = [...scanners(), ...probes(closed)].map((each) => each.name);
    expect(new Set(known).size).toBe(known.length);
    expect(descriptors.flatMap((each) => each.tools.map((tool) => tool.name)).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('asks no probe while it only reads', () => {
    const running = probes(closed).map((each) => each.name);
    const reading = descriptors.flatMap((each) => inPhase(each, 'scan'));
    expect(reading.length).toBeGreaterThan(20);
    expect(reading.filter((each) => each.tools.some((tool) => running.includes(tool.name))).map((each) => each.id)).toEqual([]);
  });

  it('is generated from the folders and up to date', () => {
    expect(stale()).toEqual([]);
  });
});

for (const { folder, descriptor } of sources) {
  describe(`${descriptor.id} ${descriptor.slug}`, () => {
    const names = readdirSync(join(root, 'actions', folder, 'cases')).sort();

    it('has a case of each kind', () => {
      for (const kind of ['pass-', 'fail-', 'broken-']) expect(names.some((name) => name.startsWith(kind)), kind).toBe(true);
    });

    it.each(names)('%s', async (name) => {
      const play = Case.parse(JSON.parse(readFileSync(join(root, 'actions', folder, 'cases', name), 'utf8')));
      const result = await playCase(play, { descriptor, inspector: await inspectors[descriptor.id]!() });
      const found = result.findings.map((finding) => ({ code: finding.code, path: finding.path, line: finding.startLine }));
      expect(result.outcome, JSON.stringify(result.findings, null, 1)).toBe(play.expect.outcome);
      if (play.expect.findings) expect(found).toEqual(play.expect.findings);
      const kind = name.split('-')[0]!;
      expect(result.outcome).toBe({ pass: 'pass', fail: 'fail', broken: 'error' }[kind]);
    });

    it('has a sentence for every code that its cases show', async () => {
      for (const name of names) {
        const play = Case.parse(JSON.parse(readFileSync(join(root, 'actions', folder, 'cases', name), 'utf8')));
        const result = await playCase(play, { descriptor, inspector: await inspectors[descriptor.id]!() });
        for (const finding of result.findings) expect(finding.message).not.toContain('has no sentence');
      }
    });
  });
}
