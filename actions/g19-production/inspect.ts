/** G19: images by digest alone, recipes without known faults, and a CI that runs the versions that ship. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { languageOf } from '../../app/core/language.ts';
import { dockerfileHits, parseDockerfile } from './dockerfile.ts';
import { imagesInDockerfile, imagesInYaml } from './images.ts';
import { mirrorFindings } from './mirror.ts';
import { judgeImages } from './pinned.ts';
import { fromScanners } from './scanners.ts';

// Far above any recipe; its grammar is not read in linear time.
const maxDockerfile = 200_000;

export function inspect(facts: GuardFacts): RawFinding[] {
  const own = [...facts.changed.flatMap(({ path, text }) => inFile(facts, path, text)), ...mirrorFindings(facts)];
  return [...own, ...fromScanners(facts, own)];
}

function inFile(facts: GuardFacts, path: string, text: string): RawFinding[] {
  if (languageOf(path) === 'dockerfile') {
    if (text.length > maxDockerfile) return [{ code: 'DOCKERFILE_UNREADABLE', path, startLine: 0, endLine: 0, error: true, values: { why: `it is longer than ${maxDockerfile} characters` } }];
    const file = parseDockerfile(text);
    return [...judgeImages(facts, path, imagesInDockerfile(file)), ...dockerfileHits(file).map((hit) => ({ ...hit, path }))];
  }
  return /\.ya?ml$/i.test(path) ? judgeImages(facts, path, imagesInYaml(path, text)) : [];
}
