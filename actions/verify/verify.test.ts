/** The step of the composite as the runner starts it: environment in, exit code and words out, over bundles of a Sigstore instance on the loopback. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { afterAll, expect, it } from 'vitest';
import { workflowCase } from '../../test/world/sigstore/cases/case.ts';
import { writeCorpus } from '../../test/world/sigstore/corpus.ts';
import { startSigstore } from '../../test/world/sigstore/start.ts';

interface Step { run: string; env: Record<string, string> }
const action = parse(readFileSync(new URL('action.yml', import.meta.url), 'utf8')) as { runs: { steps: [Step, Step] } };
const [, step] = action.runs.steps;

const folder = mkdtempSync(join(tmpdir(), 'assay-verify-action-'));
const place = join(folder, 'assay/actions/verify');
mkdirSync(join(folder, 'assay/actions/_runner/dist'), { recursive: true });
mkdirSync(place);
writeFileSync(join(place, 'verify.sh'), readFileSync(new URL('verify.sh', import.meta.url)));
// The sources in place of the bundle that is made of them.
writeFileSync(join(folder, 'assay/actions/_runner/dist/cli.js'), `await import(${JSON.stringify(pathToFileURL(fileURLToPath(new URL('../_runner/cli.ts', import.meta.url))).href)});\n`);
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');

const sigstore = await startSigstore();
writeCorpus(folder, [await workflowCase(sigstore, { id: 'honest', name: 'provenance', expected: 'verified' }), await workflowCase(sigstore, { id: 'run', name: 'another', expected: 'EVIDENCE_RUN', claims: { run_id: '7' } })]);
await sigstore.close();
afterAll(() => { rmSync(folder, { recursive: true }); });

function verify(inputs: { bundle: string; expect: string; artifacts: string }): Promise<{ code: number; words: string }> {
  const env = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, value.replace(/\$\{\{ inputs\.(\w+) \}\}/, (_, input: keyof typeof inputs) => inputs[input])]));
  return new Promise((resolve) => {
    execFile('bash', ['-e', '-c', step.run], { cwd: folder, env: { PATH: process.env.PATH ?? '', GITHUB_ACTION_PATH: place, ...env } }, (error, stdout, stderr) => { resolve({ code: error ? Number(error.code ?? -1) : 0, words: `${stdout}${stderr}` }); });
  });
}

const of = (name: string) => ({ bundle: `${name}/bundle.sigstore.json`, expect: `${name}/expectation.json`, artifacts: `${name}/artifact\n` });

it('passes what is expected, twice, and fails by the code of what is not', async () => {
  for (const _ of [1, 2]) expect(await verify(of('honest-provenance'))).toEqual({ code: 0, words: expect.stringContaining('verified  provenance') });
  expect(await verify(of('run-another'))).toEqual({ code: 1, words: expect.stringContaining('EVIDENCE_RUN') });
  expect(await verify({ ...of('honest-provenance'), artifacts: 'honest-provenance/artifact\nhonest-provenance/expected\n' })).toEqual({ code: 1, words: expect.stringContaining('EVIDENCE_SUBJECT') });
});

it('takes nothing for verified that is about nothing, and paths for data', async () => {
  expect(await verify({ ...of('honest-provenance'), artifacts: '' })).toEqual({ code: 1, words: expect.stringContaining('EVIDENCE_EXPECTATION') });
  const hostile = '$(touch taken-over)"; touch taken-over #';
  for (const input of ['bundle', 'expect', 'artifacts'] as const) expect(await verify({ ...of('honest-provenance'), [input]: hostile })).toEqual({ code: 2, words: expect.stringContaining('USAGE') });
  expect(await verify({ ...of('honest-provenance'), artifacts: '--envelope=taken-over' })).toMatchObject({ code: 2 });
  expect(existsSync(join(folder, 'taken-over'))).toBe(false);
});
