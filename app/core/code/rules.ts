/** Rules as data: where to look (calls, named values, assignments, by full name) and what must hold of the arguments. Matching reads one file and answers places. */
import { z } from 'zod';
import type { Dialect, Node } from '../syntax.ts';
import { argument, type Site, sitesOf } from './calls.ts';
import { type Compiled, compile, type Condition, Rule } from './rule.ts';
import { type CodeFile, objectOf } from './file.ts';
import type { Flow } from './flow.ts';
import { atLeast } from './grades.ts';
import { originOf } from './origin.ts';
import { valueText } from './value.ts';
import { functionAround } from './definitions.ts';

export interface Hit {
  rule: Rule;
  node: Node;
  /** The last node that decided, so that a change of it touches the finding. */
  until: Node;
}

/** From which grade on a condition on the origin holds. Names in an archive are as good as a request; `remote` leaves out what the machine's owner says: arguments and environment; `fixed` is the opposite of all. */
const least = { unwritten: 'constant', dynamic: 'field', mixed: 'computed', handed: 'parameter', outside: 'free', request: 'archive' } as const;

export class RulePack {
  readonly #byDialect = new Map<Dialect, Map<string, Compiled[]>>();
  readonly #flow: Flow;

  constructor(data: Readonly<Partial<Record<Dialect, unknown>>>, flow: Flow) {
    this.#flow = flow;
    for (const dialect of ['script', 'python', 'go'] as const) {
      const rules = z.array(Rule).parse(data[dialect] ?? []).flatMap(compile);
      this.#byDialect.set(dialect, Map.groupBy(rules, (rule) => rule.last));
    }
  }

  hits(file: CodeFile): Hit[] {
    const rules = this.#byDialect.get(file.parsed.dialect)!;
    const present = [...rules].filter(([last]) => file.text.includes(last));
    if (present.length === 0) return [];
    const all = present.flatMap(([, list]) => list);
    const sites = sitesOf(file, { last: new Set(present.map(([last]) => last)), kinds: new Set(all.map((rule) => rule.kind)) });
    return sites.flatMap((site) => this.#hitsAt(site, { rules, file }));
  }

  #hitsAt(site: Site, { rules, file }: { rules: ReadonlyMap<string, Compiled[]>; file: CodeFile }): Hit[] {
    const name = site.target ? file.nameOf(site.target) : site.last;
    const last = name.slice(name.lastIndexOf('.') + 1);
    return (rules.get(last) ?? []).flatMap((rule): Hit[] => {
      if (rule.kind !== site.kind || !rule.name.test(name)) return [];
      if (rule.mentions && !rule.mentions.some((each) => file.text.includes(each))) return [];
      const until = this.#decided(rule, { site, file });
      if (until === null || guarded(rule, { site, file })) return [];
      return [{ rule, node: site.node, until }];
    });
  }

  /** The last argument that decided, the whole site where none did, null where a condition fails. */
  #decided(rule: Compiled, { site, file }: { site: Site; file: CodeFile }): Node | null {
    let until: Node = site.target ?? site.node;
    for (const test of rule.tests) {
      const found = this.#holds(test, { site, file, code: rule.code });
      if (found === null) return null;
      if (found.range().end.index > until.range().end.index) until = found;
    }
    return until;
  }

  #holds({ condition, is, not }: Compiled['tests'][number], { site, file, code }: { site: Site; file: CodeFile; code: string }): Node | null {
    const asked = candidates(condition, { site, file });
    if (asked.length === 0) return condition.absent && !site.spread ? site.target ?? site.node : null;
    if (condition.absent && !is && !not && !condition.from) return null;
    return asked.find((node) => {
      const text = is || not ? valueText(node, file) : '';
      if (is && !is.test(text)) return false;
      if (not?.test(text)) return false;
      return this.#comes(node, { condition, file, code });
    }) ?? null;
  }

  #comes(node: Node, { condition, file, code }: { condition: Condition; file: CodeFile; code: string }): boolean {
    if (!condition.from && !condition.composed) return true;
    if (condition.from === 'fixed') return !atLeast(originOf(node, { file, flow: this.#flow, code, byCallers: true }).grade, 'clean') && !refilled(node, file);
    const origin = originOf(node, { file, flow: this.#flow, code });
    if (condition.composed && !origin.composed) return false;
    if (!condition.from) return true;
    if (condition.from === 'remote') return ['free', 'archive', 'request'].includes(origin.grade);
    if (condition.from === 'unwritten' && origin.grade === 'clean') return false;
    return atLeast(origin.grade, least[condition.from]);
  }
}

/** Whether something reads into the name after it was written down. */
function refilled(node: Node, file: CodeFile): boolean {
  const name = /^[\w$]+/.exec(node.text().replace(/^[*&(]+/, ''))?.[0];
  if (name === undefined || name.length > 80) return false;
  return file.matches(`(?:[Rr]ead\\w{0,40}|[Ff]ill\\w{0,40}|copy|rand\\w{0,40})\\s{0,9}\\([^()]{0,200}\\b${name.replaceAll('$', '\\$')}\\b`, functionAround(node, file.parsed));
}

function candidates(condition: Condition, { site, file }: { site: Site; file: CodeFile }): Node[] {
  if (condition.arg === 'any') return [...site.positional, ...site.named.values()];
  if (condition.arg === 'rest') return site.positional.slice(1);
  for (const which of condition.arg) {
    const found = which === 'self' ? site.target && objectOf(site.target) : argument(site, which, file);
    if (found) return [found];
  }
  return [];
}

function guarded(rule: Rule, { site, file }: { site: Site; file: CodeFile }): boolean {
  if (rule.unlessFile && file.matches(rule.unlessFile, null)) return true;
  return rule.unless !== undefined && file.matches(rule.unless, functionAround(site.node, file.parsed));
}
