/** What osv-scanner found and the embedded look-up did not, at the lines of the lock entry. What both found is one finding, the embedded one. */
import { z } from 'zod';
import type { Ecosystem, GuardFacts } from '../../app/core/guardrail.ts';
import type { LockedPackage } from '../../app/core/locked/package.ts';
import { pypiName } from '../../app/core/locked/package.ts';
import type { Hit } from '../../app/core/osv/answer.ts';
import { answered } from '../../app/core/tool-answer.ts';

const Named = z.tuple([z.string(), z.string(), z.string()]);
const ecosystems: Record<string, Ecosystem> = { npm: 'npm', PyPI: 'pypi', Go: 'go' };

export function byScanner(facts: Pick<GuardFacts, 'tools'>, known: { packages: readonly LockedPackage[]; hits: readonly Hit[] }): Hit[] {
  const answer = facts.tools['osv-scanner'];
  if (!answered(answer)) return [];
  return answer.findings.flatMap((found): Hit[] => {
    const [named, name, version] = Named.parse(JSON.parse(found.message));
    const ecosystem = ecosystems[named];
    const ids = found.rule.split(' ');
    if (ecosystem === undefined || ids[0] === undefined) return [];
    const is = (each: Pick<LockedPackage, 'ecosystem' | 'name' | 'version' | 'path'>) => each.ecosystem === ecosystem && each.path === found.path && spelled(each) === spelled({ ecosystem, name }) && each.version === version;
    if (known.hits.some((hit) => is(hit) && [hit.id, ...hit.aliases].some((id) => ids.includes(id)))) return [];
    const { startLine = 0, endLine = 0, direct = null } = known.packages.find(is) ?? {};
    return [{ ecosystem, name, version, path: found.path, startLine, endLine, direct, id: ids[0], aliases: ids.slice(1), summary: 'found by osv-scanner alone', grade: 'high', graded: false, fixed: null, published: '', verdict: 'affected' }];
  });
}

function spelled({ ecosystem, name }: { ecosystem: Ecosystem; name: string }): string {
  return ecosystem === 'pypi' ? pypiName(name) : name;
}
