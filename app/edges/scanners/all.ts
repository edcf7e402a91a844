/** Every scanner that a guardrail may name in its `tools`. */
import type { Scanner } from '../../core/ports/toolbox.ts';
import { actionlint } from './actionlint.ts';
import { checkov } from './checkov.ts';
import { gitleaks } from './gitleaks.ts';
import { hadolint } from './hadolint.ts';
import { osvRecords } from './osv-records.ts';
import { osvScanner } from './osv-scanner.ts';
import { ruff } from './ruff.ts';
import { zizmor } from './zizmor.ts';

export function scanners(): Scanner[] {
  return [actionlint(), checkov(), gitleaks(), hadolint(), osvRecords(), osvScanner(), ruff(), zizmor()];
}
