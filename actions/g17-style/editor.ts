/** `.editorconfig` of base: what it says of a path, and the four rules that can be told from a line alone. */
import { parseFromFilesSync } from 'editorconfig';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { isKept } from './habit.ts';
import { changedOf, inFolder, upwards } from './lines.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** Paths get a root that is no place on any disk. */
const root = '/assay-repository';

export function propertiesOf(path: string, facts: Pick<GuardFacts, 'readBase'>): Properties {
  const files = upwards(path).flatMap((folder) => {
    const text = facts.readBase(inFolder(folder, '.editorconfig'));
    return text === null ? [] : [{ name: `${root}/${inFolder(folder, '.editorconfig')}`, contents: Buffer.from(text) }];
  });
  return files.length === 0 ? {} : { ...parseFromFilesSync(`${root}/${path}`, files, { root }) };
}

interface Rule {
  name: string;
  applies(properties: Properties): boolean;
  /** 1-based lines against it. */
  breaches(text: string): number[];
}

const where = (text: string, wrong: (line: string) => boolean): number[] => text.split('\n').flatMap((line, index) => (wrong(line) ? [index + 1] : []));
const rules: readonly Rule[] = [
  { name: 'trim_trailing_whitespace', applies: (it) => it.trim_trailing_whitespace === true, breaches: (text) => where(text, (line) => /[ \t]\r?$/.test(line.slice(-3))) },
  { name: 'insert_final_newline', applies: (it) => it.insert_final_newline === true, breaches: (text) => (text === '' || text.endsWith('\n') ? [] : [text.split('\n').length]) },
  { name: 'indent_style = tab', applies: (it) => it.indent_style === 'tab', breaches: (text) => where(text, (line) => /^\t* {2,}[^\s*]/.test(line)) },
  { name: 'indent_style = space', applies: (it) => it.indent_style === 'space', breaches: (text) => where(text, (line) => /^ *\t+\S/.test(line)) },
  { name: 'end_of_line = lf', applies: (it) => it.end_of_line === 'lf', breaches: (text) => where(text, (line) => line.endsWith('\r')) },
];

export async function editorFindings(file: ChangedText, facts: GuardFacts): Promise<RawFinding[]> {
  const found: RawFinding[] = [];
  for (const rule of rules) {
    if (!rule.applies(propertiesOf(file.path, facts))) continue;
    const lines = changedOf(file, rule.breaches(file.text));
    if (lines.length === 0 || !await isKept(file, facts, keeper(rule, facts))) continue;
    found.push({ code: 'EDITORCONFIG', path: file.path, startLine: lines[0]!, endLine: lines[0]!, values: { rule: rule.name, count: lines.length } });
  }
  return found;
}

function keeper(rule: Rule, facts: GuardFacts): (path: string, text: string) => Promise<boolean | null> {
  return async (path, text) => (rule.applies(propertiesOf(path, facts)) ? rule.breaches(text).length === 0 : null);
}
