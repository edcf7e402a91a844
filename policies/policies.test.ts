import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { openPolicy } from '../app/edges/policy.ts';
import { policyPackages } from '../app/core/ports/policy.ts';
import { describeWith, need } from '../test/tools.ts';
import { buildPolicy, opaVersion, policySources, sourceDigests } from './build.ts';
import { disagreements, readFixtures } from './cases.ts';

const run = promisify(execFile);
const folder = import.meta.dirname;

describe('the committed wasm', () => {
  it('was built from the sources as they are', async () => {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'assay.wasm.json'), 'utf8'));
    expect(manifest).toMatchObject({ sources: await sourceDigests(await policySources()) });
  });

  it('was built by the compiler that the tools lock pins', async () => {
    expect(JSON.parse(await readFile(join(folder, '../deps/tools.lock'), 'utf8'))).toMatchObject({ tools: expect.arrayContaining([expect.objectContaining({ name: 'opa', version: `v${opaVersion}` })]) });
  });

  it('decides every fixture as written', async () => {
    const [policy, fixtures] = await Promise.all([openPolicy(), readFixtures()]);
    expect(fixtures.length).toBeGreaterThan(20);
    for (const fixture of fixtures) {
      const decision = await policy.decide(fixture.package, fixture.input);
      expect(disagreements(fixture, decision), `${fixture.package}: ${fixture.name}: ${JSON.stringify(decision)}`).toEqual([]);
    }
  });

  it('a fixture that fixes something else disagrees', async () => {
    const [fixture] = await readFixtures();
    const decision = await (await openPolicy()).decide(fixture!.package, fixture!.input);
    expect(disagreements({ ...fixture!, expect: { merge: 'never' } }, decision)).toEqual(['merge']);
    expect(disagreements(fixture!, null)).toEqual(['(no decision)']);
  });
});

describe('the annotations', () => {
  it('list exactly the codes that a policy can give', async () => {
    for (const name of (await policySources()).filter((each) => each !== 'types.rego')) {
      const source = await readFile(join(folder, name), 'utf8');
      const [head, body] = [source.slice(0, source.indexOf('\npackage ')), source.slice(source.indexOf('\npackage '))];
      const listed = new Set(head.match(/[A-Z]+(_[A-Z]+)+/g));
      const literal = new Set(body.match(/(?<=")[A-Z]+(_[A-Z]+)+(?=")/g));
      for (const code of literal) expect(listed, `${name} can give ${code}`).toContain(code);
      const computed = (code: string): boolean => name === 'change.rego' && code.startsWith('SLOT_');
      for (const code of listed) expect(literal.has(code) || computed(code), `${name} lists ${code}`).toBe(true);
    }
  });
});

describe('the metadata', () => {
  const Metadata = z.object({ unseenInTheApp: z.partialRecord(z.enum(policyPackages), z.record(z.string(), z.string().min(20))) });

  it('says of which reasons the App knows no fact, and names none that its policy cannot give', async () => {
    const { unseenInTheApp } = Metadata.parse(parse(await readFile(join(folder, 'metadata.yaml'), 'utf8')));
    const sources = await Promise.all((await policySources()).map((name) => readFile(join(folder, name), 'utf8')));
    for (const [name, reasons] of Object.entries(unseenInTheApp)) {
      const source = sources.find((text) => text.includes(`\npackage ${name}\n`)) ?? '';
      for (const code of Object.keys(reasons)) expect(source, `${name} ${code}`).toContain(`"${code}"`);
    }
  });
});

describeWith(['opa'], 'the policies under opa', () => {
  const opa = need('opa').path ?? '';

  it('give the committed wasm again, byte for byte', async () => {
    const { wasm, manifest } = await buildPolicy(opa);
    expect(wasm.equals(await readFile(join(folder, 'assay.wasm')))).toBe(true);
    expect(JSON.parse(await readFile(join(folder, 'assay.wasm.json'), 'utf8'))).toEqual(manifest);
  });

  it('pass their own tests, are strict and formatted', async () => {
    const { stdout } = await run(opa, ['test', folder]);
    expect(stdout).toMatch(/^PASS: (\d+)\/\1\s*$/);
    await run(opa, ['check', '--strict', folder]);
    expect((await run(opa, ['fmt', '--list', folder])).stdout).toBe('');
  });

  it('agree with the wasm on every fixture, in full', async () => {
    const [policy, fixtures] = await Promise.all([openPolicy(), readFixtures()]);
    const work = await mkdtemp(join(tmpdir(), 'assay-policy-test-'));
    try {
      for (const name of policyPackages) {
        const inputs = fixtures.filter((fixture) => fixture.package === name).map((fixture) => fixture.input);
        const asked = join(work, 'inputs.json');
        await writeFile(asked, JSON.stringify({ inputs: [...inputs, {}] }));
        const query = `[decision | some one in input.inputs; decision := data.${name}.decision with input as one]`;
        const { stdout } = await run(opa, ['eval', '-d', folder, '-i', asked, '-f', 'raw', query]);
        const byWasm = await Promise.all([...inputs, {}].map((input) => policy.decide(name, input)));
        expect(JSON.parse(stdout)).toEqual(byWasm);
      }
    } finally {
      await rm(work, { recursive: true });
    }
  });
});
