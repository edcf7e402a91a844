/** Every scanner that a guardrail may name in its `tools`, each loaded when it is first asked: most runs need a few of them. */
import type { LateScanner, Scanner } from '../../core/ports/toolbox.ts';

export function scanners(): LateScanner[] {
  return [
    late('actionlint', async () => (await import('./actionlint.ts')).actionlint()),
    late('bandit', async () => (await import('./bandit.ts')).bandit()),
    late('checkov', async () => (await import('./checkov.ts')).checkov()),
    late('chromium', async () => (await import('./chromium.ts')).chromium()),
    late('deptry', async () => (await import('./deptry.ts')).deptry()),
    late('gitleaks', async () => (await import('./gitleaks.ts')).gitleaks()),
    late('golangci-lint', async () => (await import('./golangci-lint.ts')).golangciLint()),
    late('gosec', async () => (await import('./gosec.ts')).gosec()),
    late('grype', async () => (await import('./grype.ts')).grype()),
    late('hadolint', async () => (await import('./hadolint.ts')).hadolint()),
    late('lizard', async () => (await import('./lizard.ts')).lizard()),
    late('oasdiff', async () => (await import('./oasdiff.ts')).oasdiff()),
    late('osv-records', async () => (await import('./osv-records.ts')).osvRecords()),
    late('osv-scanner', async () => (await import('./osv-scanner.ts')).osvScanner()),
    late('oxlint', async () => (await import('./oxlint.ts')).oxlint()),
    late('ruff', async () => (await import('./ruff.ts')).ruff()),
    late('semgrep', async () => (await import('./semgrep.ts')).semgrep()),
    late('syft', async () => (await import('./syft.ts')).syft()),
    late('zizmor', async () => (await import('./zizmor.ts')).zizmor()),
  ];
}

function late(name: string, open: () => Promise<Scanner>): LateScanner {
  let opened: Promise<Scanner> | undefined;
  return { name, load: () => (opened ??= open()) };
}
