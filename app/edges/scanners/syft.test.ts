/** syft itself over lock files of three languages. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { syft } from './syft.ts';

async function rows(head: Record<string, string>): Promise<string[]> {
  const { state, findings, why } = await syft().scan({ guardrail: 'G09', changed: factsOf(head).changed, head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs: 60_000 });
  return [why === null ? state : `${state}: ${why}`, ...findings.map(({ rule, path }) => `${path} ${rule}`).sort()];
}
const npm = JSON.stringify({ name: 'web', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'web', version: '1.0.0' }, 'node_modules/left-tree': { version: '1.2.0' } } });

describeWith(['syft'], 'syft', () => {
  it('names what lock files hold, each at its own file', async () => {
    const files = { 'web/package-lock.json': npm, 'go.mod': 'module example.com/a\n\ngo 1.24\n\nrequire go.uber.org/zap v1.27.0\n', 'api/requirements.txt': 'requests==2.31.0\n', '.syft.yaml': 'exclude: ["**"]\n' };
    expect(await rows(files)).toEqual(['findings', 'api/requirements.txt pkg:pypi/requests@2.31.0', 'go.mod pkg:golang/go.uber.org/zap@v1.27.0', 'web/package-lock.json pkg:npm/left-tree@1.2.0', 'web/package-lock.json pkg:npm/web@1.0.0']);
  }, 60_000);

  it('is not started without a lock file, and clean where one holds nothing', async () => {
    expect(await rows({ 'a.py': 'x\n' })).toEqual(['clean']);
    expect(await rows({ 'requirements.txt': '# nothing yet\n' })).toEqual(['clean']);
  }, 60_000);
});
