/** Text that gives agents orders which no maintainer would give: overriding, hiding, steering answers, smuggling code. Phrases: `rulepacks/injection/phrases.json`. */
import phrases from '../../rulepacks/injection/phrases.json' with { type: 'json' };
import type { Hit } from '../../app/core/finding.ts';
import { clip, visible } from '../../app/core/visible.ts';
import { isDocument, isInstructions } from './surface.ts';

const override = phrases.override.map((rule) => ({ why: rule.why, regex: new RegExp(rule.pattern, 'gi') }));
const steeringTarget = new RegExp(phrases.steering.target, 'i');
const steeringVerb = new RegExp(`^(?:[-*>\\d.\\s"'\`]*)(?:(?:please|always|also|then|now|finally|subtly|secretly|can you(?: please)?|could you|would you|be sure to|make sure (?:to|you)|remember to|don't forget to|try to|feel free to|ensure (?:that )?(?:you )?)\\s+)?${phrases.steering.verb}\\b`, 'i');
const steeringFront = /^[-*>\d.\s"'`]*(?:in|at the (?:end|start|beginning) of|within|throughout|to) your (?:\w+ )?(?:answer|response|reply)\b/i;
const honest = new RegExp(phrases.steering.honest, 'i');
const codeLead = new RegExp(phrases.codeRequest.lead, 'i');
const codeReader = new RegExp(phrases.codeRequest.reader, 'i');
const reach = new RegExp(phrases.codeRequest.reach, 'i');
const harm = new RegExp(phrases.codeRequest.harm, 'i');
const agents = new RegExp(phrases.agents, 'i');
const negated = /\b(?:never|do not|don't|must not|avoid|refuse|reject|should not|shouldn't|beware|attackers?|malicious|injection|jailbreak|e\.g\.|example|such as|detects?|blocks?|prevents?)\b/i;

export function instructionHits(path: string, text: string): Hit[] {
  const own = isInstructions(path);
  const document = own || isDocument(path);
  const comments = document ? [...text.matchAll(/<!--([\s\S]*?)-->/g)] : [];
  return [
    ...comments.flatMap((match) => hiddenComment(text, match)),
    ...overrides(text),
    ...steering(text),
    ...codeRequests(text),
  ];
}

function found(text: string, at: number, length: number, why: string): Hit {
  const startLine = lineOf(text, at);
  return { code: 'AGENT_INSTRUCTION', startLine, endLine: startLine + text.slice(at, at + length).trimEnd().split('\n').length - 1, values: { why, text: clip(visible(text.slice(at, at + length).trim()), 160) } };
}

/** A rendered page does not show it, an agent reads it. Hints to people who fill in a template are fine. */
function hiddenComment(text: string, match: RegExpMatchArray): Hit[] {
  const body = match[1]!;
  const speaks = overrides(body).length > 0 || (agents.test(body) && /\b(?:you must|you should|please|always|must|when (?:you|reading|reviewing|processing)|instruction|execute|run|send|fetch|approve|include|add|install|ignore)\b/i.test(body) && !/lint|prettier|toc|generated|spell|vale|markdownlint|textlint|doctoc|template|@/i.test(body));
  if (!speaks) return [];
  const startLine = lineOf(text, match.index!);
  return [{ code: 'HIDDEN_COMMENT', startLine, endLine: startLine + body.split('\n').length - 1, values: { hidden: clip(visible(body.trim()), 240) } }];
}

function overrides(text: string): Hit[] {
  return override.flatMap((rule) => [...text.matchAll(rule.regex)].flatMap((match) => {
    const sentence = text.slice(Math.max(0, text.slice(0, match.index).search(/[^.\n]*$/)), match.index);
    const quoted = /["'`“‘*]\s*$/.test(sentence);
    return negated.test(sentence) || quoted ? [] : [found(text, match.index, match[0].length, rule.why)];
  }));
}

/** Sentences that order what the answer to somebody else should look like or advertise. */
function steering(text: string): Hit[] {
  if (!steeringTarget.test(text)) return [];
  const hits: Hit[] = [];
  for (const match of text.matchAll(/[^.!?\n]+(?:[.!?]+(?=\s|$)|\n|$)|[^\n]+/g)) {
    const sentence = match[0].trim();
    if (!steeringTarget.test(sentence) || sentence.length > 400) continue;
    if ((steeringVerb.test(sentence) || steeringFront.test(sentence)) && !honest.test(sentence)) hits.push(found(text, match.index + match[0].indexOf(sentence), sentence.length, 'steers answers'));
  }
  return hits;
}

/** "Put the following code into your solution", where that code reaches out or does harm. */
function codeRequests(text: string): Hit[] {
  return [...text.matchAll(/([^\n]{10,300})\n+\s*```[\w-]*\n([\s\S]{1,4000}?)\n\s*```/g)].flatMap((match) => {
    const [whole, lead, code] = match;
    if (!codeLead.test(lead!) || !codeReader.test(lead!) || !(harm.test(code!) || reach.test(code!))) return [];
    return [found(text, match.index, whole.indexOf('\n'), 'smuggles code into what an agent writes')];
  });
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line += 1;
  return line;
}
