/** preview: whether the server that the probe started listened, and answered each smoke request as the settings on base say. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';
import { type Played, PreviewData, PreviewSettings, whyNot } from '../../app/core/preview.ts';
import { answered } from '../../app/core/tool-answer.ts';

const whole = { path: '.', startLine: 0, endLine: 0 };
type Smoke = PreviewSettings['smoke'][number];

export function inspect(facts: GuardFacts): RawFinding[] {
  if (facts.changed.length + facts.removed.length === 0) return [];
  if (facts.settings === undefined || facts.settings === null) return [{ code: 'PREVIEW_NOT_CONFIGURED', ...whole, severity: 'info', remedy: 'Name start, port and smoke under guardrails.preview in .github/assay.yml on the default branch.' }];
  const settings = settingsBy(PreviewSettings, facts.settings);
  if ('code' in settings) return [settings];
  const answer = facts.tools.preview;
  // The runner says by itself that a required engine did not answer.
  if (!answered(answer)) return [];
  const data = PreviewData.parse(answer.data);
  if (!data.configured) throw new Error('the probe did not see the settings that this guardrail sees');
  if (!data.listening) return [{ code: 'PREVIEW_NOT_READY', ...whole, values: { start: settings.start.join(' ').slice(0, 100), port: settings.port, why: whyNot(data) } }];
  return settings.smoke.flatMap((smoke, index) => judge(smoke, data.answers[index], data));
}

function judge(smoke: Smoke, answer: Played['answers'][number] | undefined, data: Played): RawFinding[] {
  const request = { method: smoke.method, path: smoke.path };
  if (!answer || answer.status === null) return [{ code: 'SMOKE_UNANSWERED', ...whole, values: { ...request, why: `${answer?.problem ?? 'it was not asked'}${data.ended === null ? '' : `; the server had ended with ${data.ended}`}` } }];
  if (answer.status !== smoke.status) return [{ code: 'SMOKE_STATUS', ...whole, values: { ...request, status: answer.status, expected: smoke.status } }];
  const lacks = smoke.contains !== undefined && !answer.body.includes(smoke.contains);
  return lacks ? [{ code: 'SMOKE_CONTENT', ...whole, values: { ...request, expected: smoke.contains!.slice(0, 100) } }] : [];
}
