/** Every scanner that a guardrail may name in its `tools`. */
import type { Scanner } from '../../core/ports/toolbox.ts';
import { actionlint } from './actionlint.ts';
import { bandit } from './bandit.ts';
import { checkov } from './checkov.ts';
import { chromium } from './chromium.ts';
import { deptry } from './deptry.ts';
import { gitleaks } from './gitleaks.ts';
import { gosec } from './gosec.ts';
import { hadolint } from './hadolint.ts';
import { lizard } from './lizard.ts';
import { oasdiff } from './oasdiff.ts';
import { osvRecords } from './osv-records.ts';
import { osvScanner } from './osv-scanner.ts';
import { oxlint } from './oxlint.ts';
import { ruff } from './ruff.ts';
import { semgrep } from './semgrep.ts';
import { zizmor } from './zizmor.ts';

export function scanners(): Scanner[] {
  return [actionlint(), bandit(), checkov(), chromium(), deptry(), gitleaks(), gosec(), hadolint(), lizard(), oasdiff(), osvRecords(), osvScanner(), oxlint(), ruff(), semgrep(), zizmor()];
}
