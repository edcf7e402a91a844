/** What osv-scanner and grype found and the embedded look-up did not, at the lines of the lock entry. What several found is one finding, the embedded one first. */
import { z } from 'zod';
import type { Ecosystem, GuardFacts } from '../../app/core/guardrail.ts';
import type { LockedPackage } from '../../app/core/locked/package.ts';
import { pypiName } from '../../app/core/locked/package.ts';
import type { Hit } from '../../app/core/osv/answer.ts';
import { answered } from '../../app/core/tool-answer.ts';

/** Ecosystem, name, version and, where the scanner says so, the version with the fix. */
const Named = z.tuple([z.string(), z.string(), z.string(), z.string().nullable().optional()]);
const ecosystems: Record<string, Ecosystem> = { npm: 'npm', PyPI: 'pypi', Go: 'go' };

const Grade = z.enum(['critical', 'high', 'medium', 'low']);
const tools = ['osv-scanner', 'grype'] as const;

interface Known {
  packages: readonly LockedPackage[];
  hits: readonly Hit[];
}

export function byScanner(facts: Pick<GuardFacts, 'tools'>, known: Known): Hit[] {
  return tools.reduce<Hit[]>((found, tool) => [...found, ...foundBy(tool, facts, { ...known, hits: [...known.hits, ...found] })], []);
}

function foundBy(tool: (typeof tools)[number], facts: Pick<GuardFacts, 'tools'>, known: Known): Hit[] {
  const answer = facts.tools[tool];
  if (!answered(answer)) return [];
  return answer.findings.flatMap((found): Hit[] => {
    const [named, name, version, fixed = null] = Named.parse(JSON.parse(found.message));
    const ecosystem = ecosystems[named];
    const ids = found.rule.split(' ');
    if (ecosystem === undefined || ids[0] === undefined) return [];
    const is = (each: Pick<LockedPackage, 'ecosystem' | 'name' | 'version' | 'path'>) => each.ecosystem === ecosystem && each.path === found.path && spelled(each) === spelled({ ecosystem, name }) && each.version === version;
    if (known.hits.some((hit) => is(hit) && [hit.id, ...hit.aliases].some((id) => ids.includes(id)))) return [];
    const { startLine = 0, endLine = 0, direct = null } = known.packages.find(is) ?? {};
    const grade = Grade.safeParse(found.level);
    return [{ ecosystem, name, version, path: found.path, startLine, endLine, direct, id: ids[0], aliases: ids.slice(1), summary: `found by ${tool} alone`, grade: grade.success ? grade.data : 'high', graded: grade.success, fixed, published: '', verdict: 'affected' }];
  });
}

function spelled({ ecosystem, name }: { ecosystem: Ecosystem; name: string }): string {
  return ecosystem === 'pypi' ? pypiName(name) : name;
}
