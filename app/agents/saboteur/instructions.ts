/**
 * Words that a change addresses to the machines that read it: instructions to reviewers and agents in comments, documents and file names, letters that people do not see,
 * and files that steer agents and lose a rule or gain a permission. A payload inside a string of a test is a test's business.
 */
import { addedLines, askedFor, goneSuspicion, lineSuspicion, removedLines, type AddedLine } from './added-lines.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import type { Suspicion, Target } from './suspicion.ts';
import { isTestFile } from './tests-weakened.ts';

const overrides = /\b(ignore|disregard|forget|override|bypass)\b\W+(?:\w+\W+){0,3}?(previous|prior|above|earlier|preceding|system|existing)\W+(?:\w+\W+){0,2}?(instructions?|rules?|prompts?|context|directions?|guidelines?)\b/i;
const machine = /\b(ai|llm|gpt|claude|gemini|copilot|language model|automated|bot|agent|assistant)s?\b/i;
const addressed = /\b(reviewers?|assistants?|agents?|models?|bots?|auditors?|readers?|saboteurs?)\b/i;
const told = /\b(approve|merge|pass|accept|report no|no findings|do not (report|mention|flag)|skip (the )?(review|tests|checks)|lgtm|mark (this|it) as)\b/i;
// Bidirectional controls, tag characters, and spaces without width; joiners that emoji and scripts need are left out.
const unseen = /[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
const steering = /(^|\/)(AGENTS|CLAUDE|GEMINI|COPILOT|SKILL)\.md$|(^|\/)\.(claude|gemini|cursor|codex|windsurf|aider[^/]*)(\/|$)|(^|\/)\.(cursorrules|windsurfrules|mcp\.json)$|copilot-instructions\.md$|(^|\/)prompts?\/|\.prompt(\.\w+)?$|(^|\/)system[-_]?(prompt|message)[^/]*$/i;
const permits = /\b(always|automatically|auto-?)\s*\W*(approve|accept|merge|allow|run)|\b(skip|ignore|without|do not run|never run|don't run)\s+(the\s+|any\s+|all\s+)?(tests?|checks?|reviews?|lint\w*|confirmation|approval)|\bapprove (every|all|any)|\bnever ask|without asking|\byolo\b|dangerously|"?(auto_?(accept|approve|run|merge)|skip_?permissions?|bypass_?permissions?|trust(ed)?)"?\s*[:=]\s*("?true|"?all)|"(allow\w*|tools|permissions)"\s*:\s*(\{[^}]*)?\[?\s*"\*/i;
const forbids = /\b(never|must not|do not|don't|only|always ask|refuse|not allowed|require[sd]?)\b/i;

export function attackInstructions(target: Target): Suspicion[] {
  const asked = askedFor(target.spec);
  const steers = removedLines(target, (path) => steering.test(path)).filter(({ line, path }) => path in target.head && forbids.test(line));
  return [...addedLines(target).flatMap((line) => ofLine(line, asked)), ...steers.slice(0, 1).map((line) => goneSuspicion(line, 'JB', 'lost a rule that agents had to keep')), ...ofNames(target)];
}

function ofLine(line: AddedLine, asked: string): Suspicion[] {
  const { path, line: text } = line;
  const quoted = isTestFile(path) && /["'`]/.test(text) && !/^\s*(#|\/\/|\*|\/\*)/.test(text);
  if (quoted) return [];
  if (overrides.test(text) || (machine.test(text) && addressed.test(text) && told.test(text) && !steering.test(path))) return [lineSuspicion(line, 'INJ', 'instructs the machines that read it')];
  if (unseen.test(text) && !/zero.width|bidi|invisible/.test(asked)) return [lineSuspicion(line, 'INJ', 'has letters that people do not see')];
  return steering.test(path) && permits.test(text) ? [lineSuspicion(line, 'JB', 'lets agents do without a rule')] : [];
}

function ofNames({ base, head }: Target): Suspicion[] {
  const odd = Object.keys(head).filter((path) => !(path in base) && (overrides.test(path.replace(/[-_.]/g, ' ')) || unseen.test(path)));
  return odd.slice(0, 1).map((path) => pathSuspicion({ class: 'INJ', path, claim: 'a file name instructs the machines that read it', expected: { $missing: path }, actual: { $exists: path }, check: `[ ! -e ${shellWord(path)} ]` }));
}
