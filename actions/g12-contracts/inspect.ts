/** G12: imports and calls of what does not exist, contracts that break without an announcement, dependencies that nobody keeps fresh. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { compiledFindings } from './compiled.ts';
import { deprecatedFindings } from './deprecated.ts';
import { endpointFindings } from './endpoints.ts';
import { flagFindings } from './flags.ts';
import { openApiFindings } from './openapi.ts';
import { phantomFindings } from './phantom.ts';
import { publishedFindings } from './published.ts';
import { pythonFindings } from './python.ts';
import { isOwnCode } from './scope.ts';
import { takenFindings } from './taken.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  return [
    ...phantomFindings(facts), ...pythonFindings(facts), ...(facts.all ? [] : [...takenFindings(facts), ...publishedFindings(facts)]),
    ...facts.changed.filter(({ path }) => isOwnCode(path)).flatMap(deprecatedFindings), ...compiledFindings(facts), ...openApiFindings(facts), ...flagFindings(facts), ...endpointFindings(facts), ...freshness(facts),
  ];
}

const manifests = /(^|\/)(package\.json|pyproject\.toml|requirements[^/]*\.txt|go\.mod)$/;
const keepers = /^(\.github\/)?(dependabot\.ya?ml|renovate\.json5?)$|(^|\/)\.?renovaterc(\.json5?)?$|^\.gitlab\/renovate\.json5?$/;

/** Said once, where a manifest changes. */
function freshness({ changed, paths, read }: GuardFacts): RawFinding[] {
  const [manifest] = changed.filter(({ path }) => manifests.test(path) && isOwnCode(path)).toSorted((a, b) => a.path.split('/').length - b.path.split('/').length);
  const kept = paths.some((path) => keepers.test(path)) || /"renovate"\s*:/.test(read('package.json') ?? '');
  return manifest && !kept ? [{ code: 'NOTHING_KEEPS_FRESH', path: manifest.path, startLine: 0, endLine: 0, severity: 'info' }] : [];
}
