/** G19: images by digest alone, recipes without known faults, and a CI that runs the versions that ship. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { maxRecipe, parseDockerfile } from '../../app/core/images/recipe.ts';
import { imagesIn } from '../../app/core/images/uses.ts';
import { languageOf } from '../../app/core/language.ts';
import { dockerfileHits } from './dockerfile.ts';
import { mirrorFindings } from './mirror.ts';
import { judgeImages } from './pinned.ts';
import { fromScanners } from './scanners.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  const own = [...facts.changed.flatMap(({ path, text }) => inFile(facts, path, text)), ...mirrorFindings(facts)];
  return [...own, ...fromScanners(facts, own)];
}

function inFile(facts: GuardFacts, path: string, text: string): RawFinding[] {
  if (languageOf(path) === 'dockerfile') {
    if (text.length > maxRecipe) return [{ code: 'DOCKERFILE_UNREADABLE', path, startLine: 0, endLine: 0, error: true, values: { why: `it is longer than ${maxRecipe} characters` } }];
    return [...judgeImages(facts, path, imagesIn(path, text)), ...dockerfileHits(parseDockerfile(text)).map((hit) => ({ ...hit, path }))];
  }
  return judgeImages(facts, path, imagesIn(path, text));
}
