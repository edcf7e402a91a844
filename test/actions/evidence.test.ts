/**
 * sign, provenance and evidence as a stranger's workflow uses them, under the real act, with an identity of the run from the loopback: what they leave verifies offline by that
 * run alone, and inputs stay data. The bundled command line is built from the sources for this test.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundled } from '../../actions/_runner/bundle.ts';
import { assay } from '../cli.ts';
import { describeWith } from '../tools.ts';
import { act, assayCopy, assaySha, checkout, sample, type ActRun, type AssayCopy, type Sample } from './act.ts';
import { startRunIdentity, type RunIdentity } from './run-identity.ts';

const junit = '<testsuites><testsuite name="sum"><testcase classname="sum" name="adds"/></testsuite></testsuites>';

function workflow(more: object[]): string {
  const uses = (id: string, path: string, inputs: object) => ({ id, uses: `acme/assay${path}@${assaySha}`, with: inputs });
  const build = `mkdir -p built\nprintf 'what was built\\n' > built/shop.tgz\nprintf '%s' '${junit}' > built/tests.xml`;
  const steps = [
    { uses: checkout, with: { 'fetch-depth': 0 } }, { shell: 'bash', run: build },
    uses('guard', '/actions/g01-placeholders', { base: 'HEAD~1' }),
    uses('sign', '/actions/sign', { files: 'built/shop.tgz\n' }),
    uses('provenance', '/actions/provenance', { files: 'built/shop.tgz', out: 'built/provenance.sigstore.json' }),
    uses('evidence', '/actions/evidence', { out: 'built/pack', reports: '${{ steps.guard.outputs.report }}', tests: 'built/tests.xml', artifacts: 'built/shop.tgz', signatures: '${{ steps.sign.outputs.bundles }}', release: 'pkg:npm/shop@1.0.0' }),
    ...more,
    { if: 'always()', shell: 'bash', env: { PACK: '${{ steps.evidence.outputs.pack }}', EXPECTATION: '${{ steps.evidence.outputs.expectation }}', BUNDLE: '${{ steps.provenance.outputs.bundle }}' }, run: 'cp -r "$PACK" "$EXPECTATION" "$BUNDLE" built/shop.tgz built/shop.tgz.sigstore.json "$ASSAY_ARTEFACTS"' },
  ];
  return JSON.stringify({ on: 'push', permissions: { contents: 'read', 'id-token': 'write' }, jobs: { release: { 'runs-on': 'ubuntu-24.04', steps } } });
}

const hostile = '$(touch $ASSAY_ARTEFACTS/taken-over)"; touch "$ASSAY_ARTEFACTS/taken-over" #';

describeWith(['act', 'git'], 'sign, provenance and evidence under act', () => {
  let identity: RunIdentity;
  let copy: AssayCopy;
  let repository: Sample;
  beforeAll(async () => {
    identity = await startRunIdentity();
    copy = assayCopy();
    for (const [path, content] of Object.entries(await bundled())) {
      mkdirSync(dirname(join(copy.folder, path)), { recursive: true });
      writeFileSync(join(copy.folder, path), content);
    }
    repository = sample({ base: { '.gitignore': 'built/\n', 'package-lock.json': JSON.stringify({ name: 'shop', lockfileVersion: 3, packages: { 'node_modules/aa': { version: '1.0.0' } } }) }, change: { 'total.py': 'def total(items):\n    return sum(items)\n' } });
  }, 120_000);
  afterAll(() => identity.close());

  const run = (more: object[] = [], signs = true): Promise<ActRun> => act({ repository, assay: copy, event: 'push', payload: { repository: { full_name: 'acme/shop', private: false } }, workflow: workflow(more), env: withoutEvent(identity.env(repository.head, signs)) });

  it('leave a pack, a provenance and a signature that verify by this run alone, and take their inputs for data', async () => {
    const sneaky = (id: string, path: string, inputs: object) => ({ id, 'continue-on-error': true, uses: `acme/assay${path}@${assaySha}`, with: inputs });
    const ended = await run([sneaky('h1', '/actions/sign', { files: hostile, out: hostile }), sneaky('h2', '/actions/provenance', { files: hostile, out: hostile }), sneaky('h3', '/actions/evidence', { out: 'built/h', tests: hostile, reports: hostile, release: hostile })]);
    expect(ended.jobs, ended.words).toEqual({ release: 'success' });
    expect(ended.artefacts).toEqual(['pack', 'pack.expectation.json', 'provenance.sigstore.json', 'shop.tgz', 'shop.tgz.sigstore.json']);
    const at = (name: string) => join(ended.kept, name);
    expect(readdirSync(at('pack/files')).sort()).toEqual(['assay.json', 'sbom.cdx.json', 'shop.tgz.sigstore.json', 'tests.xml']);
    expect(await assay('verify', at('pack'), '--expect', at('pack.expectation.json'))).toMatchObject({ code: 0, stdout: expect.stringContaining(`of ${repository.head} verified: pass`) });
    const expected = JSON.parse(readFileSync(at('pack.expectation.json'), 'utf8')) as { slot: string };
    writeFileSync(at('provenance.json'), JSON.stringify({ ...expected, slot: 'provenance' }));
    expect(await assay('verify', '--bundle', at('provenance.sigstore.json'), '--expect', at('provenance.json'), at('shop.tgz'))).toMatchObject({ code: 0, stdout: expect.stringContaining('https://slsa.dev/provenance/v1') });
    expect(await assay('verify', '--bundle', at('provenance.sigstore.json'), '--expect', at('provenance.json'), at('pack/files/tests.xml'))).toMatchObject({ code: 1 });
    expect(existsSync(at('taken-over'))).toBe(false);
    expect(ended.log).toMatch(/USAGE_SIGN/);
  }, 240_000);

  it('without id-token: write leave nothing signed and say what to grant', async () => {
    const ended = await run([], false);
    expect([ended.jobs.release, ended.artefacts], ended.words).toEqual(['failure', ['shop.tgz']]);
    expect(ended.log).toContain('SIGNING_NO_IDENTITY');
  }, 240_000);
});

/** act writes the event itself. */
function withoutEvent({ GITHUB_EVENT_PATH: _, ...env }: Record<string, string>): Record<string, string> {
  return env;
}
