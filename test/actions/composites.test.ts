/**
 * Every composite and the one-step form, under the real act, in one job of a stranger's repository: each says what `assay guard` says of the same change on the
 * same machine, whichever input it was given.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { GuardReport } from '../../app/core/finding.ts';
import { descriptors } from '../../app/guardrails/catalogue.generated.ts';
import { assay } from '../cli.ts';
import { describeWith } from '../tools.ts';
import { act, assayCopy, assaySha, checkout, noTools, sample, temporary } from './act.ts';

const ids = descriptors.map(({ id }) => id);
const folders = descriptors.map(({ id, slug }) => (id === slug ? slug : `${id.toLowerCase()}-${slug}`));

/** One step for each; a failing one does not end the job. The last writes down what each put out. */
function everyStep(base: string): string {
  const uses = (id: string, path: string, inputs: object) => ({ id, if: 'always()', 'continue-on-error': true, uses: `acme/assay${path}@${assaySha}`, with: inputs });
  const steps = [
    { id: 'checkout', uses: checkout, with: { 'fetch-depth': 0 } },
    uses('setup', '/actions/setup', { only: 'G02' }),
    ...folders.map((folder) => uses(`x-${folder}`, `/actions/${folder}`, { base })),
    uses('x-pack', '', { pack: 'baseline', base }),
    uses('x-event', '', {}),
    uses('x-hostile', '', { pack: 'baseline"; touch "$ASSAY_ARTEFACTS/taken-over" #', base: '$(touch $ASSAY_ARTEFACTS/taken-over)' }),
  ];
  const said = steps.slice(2).map(({ id }) => `"${id}": {"outcome": "\${{ steps.${id}.outputs.outcome }}", "result": "\${{ steps.${id}.outcome }}", "report": "\${{ steps.${id}.outputs.report }}"}`);
  const last = { if: 'always()', shell: 'bash', env: { SAID: `{${said.join(', ')}}` }, run: 'printf %s "$SAID" > "$ASSAY_ARTEFACTS/said.json"' };
  return JSON.stringify({ on: 'push', permissions: {}, jobs: { all: { 'runs-on': 'ubuntu-24.04', steps: [...steps, last] } } });
}

afterAll(() => { vi.unstubAllEnvs(); });

describeWith(['act', 'git', 'bubblewrap'], 'every composite under act', () => {
  it('says what assay guard says, fails by verdict, and takes its inputs for data', async () => {
    // The workflow is no part of the change: it names the base's own commit, which a commit cannot know.
    const repository = sample({ base: {}, change: { 'total.py': 'def total(items):\n    pass\n', 'README.md': '# Shop\n\nCounts.\n', 'src/sum.js': 'export const sum = (list) => list.reduce((a, b) => a + b, 0);\n' } });
    const run = await act({
      repository, assay: assayCopy(), event: 'push', payload: { before: repository.base, repository: { full_name: 'acme/shop' } },
      workflow: everyStep(repository.base),
    });
    expect(run.artefacts, run.words).toEqual(['said.json']);
    const said = JSON.parse(readFileSync(join(run.kept, 'said.json'), 'utf8')) as Record<string, { outcome: string; result: string; report: string }>;

    vi.stubEnv('ASSAY_TOOLS', noTools());
    const out = join(temporary(), 'report.json');
    await assay('guard', repository.folder, '--base', repository.base, '--only', ids.join(','), '--format', 'json', '--out', out);
    const local = GuardReport.parse(JSON.parse(readFileSync(out, 'utf8')));
    const expected = Object.fromEntries(folders.map((folder, index) => [folder, local.guardrails.find(({ id }) => id === ids[index])?.outcome]));
    expect(Object.fromEntries(folders.map((folder) => [folder, said[`x-${folder}`]?.outcome])), run.words).toEqual(expected);
    expect(expected['g01-placeholders']).toBe('fail');
    for (const folder of folders) expect(said[`x-${folder}`]?.result, folder).toBe(['pass', 'not_applicable'].includes(expected[folder] ?? '') ? 'success' : 'failure');

    expect(said['x-pack']).toMatchObject({ outcome: 'fail', result: 'failure' });
    expect(said['x-event']).toMatchObject({ outcome: 'fail', result: 'failure' });
    expect(said['x-hostile']).toMatchObject({ result: 'failure' });
    expect(run.log).toMatch(/USAGE_PACK_UNKNOWN/);
  }, 240_000);
});
