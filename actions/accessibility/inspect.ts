/**
 * The part of WCAG 2.2 A and AA that a program can see in HTML files: axe in jsdom, and in Chromium where that is installed. Rules that were wrong too often on
 * the labelled cases, and those about whole pages (a file may be a part of one), are told and do not block.
 */
import rules from '../../rulepacks/accessibility/rules.json' with { type: 'json' };
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { isPage, isTemplate } from '../../app/core/html-files.ts';
import { placesIn } from '../../app/core/html-places.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { violationsIn } from './jsdom.ts';
import { type Settings, settingsOf } from './settings.ts';

type Engine = 'chromium' | 'jsdom';

export async function inspect(facts: GuardFacts): Promise<RawFinding[]> {
  const settings = settingsOf(facts.settings);
  if ('code' in settings) return [settings];
  const pages = facts.changed.filter(({ path }) => isPage(path));
  if (pages.length === 0) return [];
  const templates = pages.filter(({ text }) => isTemplate(text));
  const found: Hit[] = [];
  // Where Chromium answered, its word counts alone: it sees what jsdom sees, and the layout.
  for (const { path, text } of pages) found.push(...answered(facts.tools.chromium) ? byChromium(facts, path) : templates.some((each) => each.path === path) ? [] : await embedded(path, text));
  return [
    ...found.map((hit) => findingOf(hit, settings)),
    ...templates.map(({ path }): RawFinding => ({ code: 'TEMPLATE_NOT_JUDGED', path, startLine: 0, endLine: 0, severity: 'info' })),
    { code: 'AUTOMATED_PART_ONLY', path: '.', startLine: 0, endLine: 0, severity: 'info' },
  ];
}

interface Hit {
  engine: Engine;
  rule: string;
  path: string;
  startLine: number;
  endLine: number;
  html: string;
}

async function embedded(path: string, text: string): Promise<Hit[]> {
  const places = placesIn(text);
  return (await violationsIn(text)).map(({ rule, way, html }) => ({ engine: 'jsdom', rule, path, html, ...places(way) }));
}

function byChromium({ tools }: GuardFacts, page: string): Hit[] {
  return (tools.chromium?.findings ?? []).filter(({ path }) => path === page).map(({ rule, path, startLine, endLine, message }) => ({ engine: 'chromium', rule, path, startLine, endLine, html: message }));
}

function findingOf({ engine, rule, html, ...place }: Hit, { block }: Settings): RawFinding {
  const info = rules.told[engine].includes(rule) && !block.includes(rule);
  return { code: rule.toUpperCase().replaceAll('-', '_'), ...place, values: { html: html.replace(/\s+/g, ' ').slice(0, 120) }, ...(info ? { severity: 'info' } : {}) };
}
