/** gitleaks, zizmor, actionlint, hadolint and checkov themselves: clean, findings with their lines, and a change that tries to silence them. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import type { HistoryEntry } from '../../core/guardrail.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { actionlint } from './actionlint.ts';
import { checkov } from './checkov.ts';
import { gitleaks } from './gitleaks.ts';
import { hadolint } from './hadolint.ts';
import { zizmor } from './zizmor.ts';

function request(guardrail: string, files: Record<string, string>, history: HistoryEntry[] | null = null): ToolRequest {
  return { guardrail, changed: factsOf(files).changed, head: {}, base: {}, history, settings: undefined, now: fixtureNow, limitMs: 60_000 };
}

/** State, then `rule path:line` of each finding; a tool that could not judge says why. */
async function rows(scanner: Scanner, asked: ToolRequest): Promise<string[]> {
  const { state, findings, why } = await scanner.scan(asked);
  return [why === null ? state : `${state}: ${why}`, ...findings.map(({ rule, path, startLine }) => `${rule} ${path}:${startLine}`).sort()];
}

// Made here, so that no file of ours holds a token's shape.
const token = `gh${'p_'}${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`;
const workflow = (step: string) => ({ '.github/workflows/ci.yml': `on: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${step}\n` });
const pasted = 'echo ${{ github.event.issue.title }}';

describeWith(['gitleaks'], 'gitleaks', () => {
  it('tells clean from findings, by file and line', async () => {
    expect(await rows(gitleaks(), request('G02', { 'a.ts': 'const a = 1;\n' }))).toEqual(['clean']);
    expect(await rows(gitleaks(), request('G02', { 'src/a.ts': `\nconst a = '${token}';\n` }))).toEqual(['findings', 'github-pat src/a.ts:2']);
  });

  it('is not silenced by a comment, an ignore file or a configuration of the change', async () => {
    const files = { 'a.ts': `const a = '${token}'; // gitleaks:allow\n`, '.gitleaks.toml': '[[rules]]\nid = "none"\nregex = "never"\n', '.gitleaksignore': 'a.ts:github-pat:1\n' };
    expect(await rows(gitleaks(), request('G02', files))).toEqual(['findings', 'github-pat a.ts:1']);
  });

  it('reads for G13 what commits added, and only that', async () => {
    const history = [{ sha: '1', path: 'a.ts', lines: [{ line: 7, text: 'one' }, { line: 9, text: `const a = '${token}';` }] }];
    expect(await rows(gitleaks(), request('G13', { 'b.ts': `const b = '${token}';\n` }, history))).toEqual(['findings', 'github-pat history/0/a.ts:3']);
    expect(await rows(gitleaks(), request('G13', { 'b.ts': `const b = '${token}';\n` }, []))).toEqual(['clean']);
  });
});

describeWith(['zizmor'], 'zizmor', () => {
  it('tells clean from findings, and does not heed what the change says about it', async () => {
    expect(await rows(zizmor(), request('G10', workflow('make')))).toEqual(['clean']);
    const silenced = { ...workflow(`${pasted} # zizmor: ignore[template-injection]`), 'zizmor.yml': 'rules: {template-injection: {disable: true}}\n', '.github/zizmor.yml': 'rules: {template-injection: {disable: true}}\n' };
    expect(await rows(zizmor(), request('G10', silenced))).toEqual(['findings', 'template-injection .github/workflows/ci.yml:7']);
  });

  it('is not started where there is no workflow, and names what it could not read', async () => {
    expect(await rows(zizmor(), request('G10', { 'a.ts': 'x\n' }))).toEqual(['clean']);
    const odd = { '.github/workflows/odd.yml': 'on: push\njobs: {a: {stepz: 1}}\n' };
    expect(await rows(zizmor(), request('G10', odd))).toEqual(['findings', 'unaudited .github/workflows/odd.yml:0']);
    expect(await rows(zizmor(), request('G10', { ...odd, ...workflow('make') }))).toEqual(['findings', 'unaudited .github/workflows/odd.yml:0']);
  });
});

describeWith(['actionlint'], 'actionlint', () => {
  it('tells clean from findings, and does not heed a configuration of the change', async () => {
    expect(await rows(actionlint(), request('G10', workflow('make')))).toEqual(['clean']);
    const silenced = { ...workflow(pasted), '.github/actionlint.yaml': 'paths:\n  "**/*.yml":\n    ignore: [".*"]\n' };
    expect(await rows(actionlint(), request('G10', silenced))).toEqual(['findings', 'expression .github/workflows/ci.yml:7']);
  });
});

const image = `FROM debian:13@sha256:${'a1'.repeat(32)}`;

describeWith(['hadolint'], 'hadolint', () => {
  it('tells clean from findings, and does not heed what the change says about it', async () => {
    expect(await rows(hadolint(), request('G19', { Dockerfile: `${image}\nUSER 10001\n` }))).toEqual(['clean']);
    const silenced = { 'a/Dockerfile': `${image}\n# hadolint ignore=DL3004\nRUN sudo make\n`, '.hadolint.yaml': 'ignored: [DL3004]\n' };
    expect(await rows(hadolint(), request('G19', silenced))).toEqual(['findings', 'DL3004 a/Dockerfile:3']);
  });
});

describeWith(['checkov'], 'checkov', () => {
  it('tells sound files from others, and does not heed what the change says about it', async () => {
    const sound = `${image}\nUSER app\nHEALTHCHECK CMD ["/bin/true"]\n`;
    const silenced = { 'sound/Dockerfile': sound, Dockerfile: `# checkov:skip=CKV2_DOCKER_1: trust me\n${image}\nRUN sudo make\nUSER app\nHEALTHCHECK CMD ["/bin/true"]\n`, '.checkov.yaml': 'skip-check: [CKV2_DOCKER_1]\n' };
    expect(await rows(checkov(), request('G19', silenced))).toEqual(['findings', 'CKV2_DOCKER_1 Dockerfile:3']);
  }, 60_000);

  it('reads infrastructure for iac and leaves Dockerfiles alone', async () => {
    const files = { 'main.tf': 'resource "aws_security_group" "a" {\n  description = "a"\n  ingress {\n    from_port = 22\n    to_port = 22\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n', Dockerfile: `${image}\nRUN sudo make\n` };
    const found = await rows(checkov(), request('iac', files));
    expect(found[0]).toBe('findings');
    expect(found).toContain('CKV_AWS_24 main.tf:1');
    expect(found.filter((row) => row.includes('DOCKER'))).toEqual([]);
  }, 60_000);
});
