/**
 * What is asked of axe, wherever it runs: the rules of WCAG 2.2 A and AA, and of their answer the violations alone. What axe calls incomplete needs a person, and is no finding.
 * The page that axe runs in may be anything, so its answer is read like any other untrusted data.
 */
import axe from 'axe-core';
import { z } from 'zod';

export const axeVersion = axe.version;
/** axe as a script. */
export const axeSource = axe.source;

export const Violations = z.array(z.strictObject({ rule: z.string().regex(/^[a-z0-9-]{1,60}$/), way: z.array(z.number().int().min(0)).max(2000), html: z.string() }));
export type Violations = z.infer<typeof Violations>;

/** An expression for the page; its value is a promise of JSON. */
export const axeQuestion = `axe.run(document, {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'], preload: false, iframes: false, elementRef: true,
}).then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) => nodes.slice(0, 50).map(({ element, html }) => {
  const way = [];
  for (let at = element; at && at.parentElement; at = at.parentElement) way.unshift([...at.parentElement.children].indexOf(at));
  return { rule: id, way: [0, ...way], html: html.slice(0, 200) };
}))))`;

/** Rules of WCAG A and AA with the sentence that axe gives them. */
export function axeRules(): { id: string; help: string }[] {
  return axe.getRules(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).map(({ ruleId, help }) => ({ id: ruleId, help }));
}
