/**
 * CycloneDX documents against the specification's own schemas. Of the two sets that the specification has for 1.2 and 1.3 the strict one counts, as in its own test
 * suite: there a field that no schema names is an error. Later versions have one schema, which is strict.
 */
import type { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { z } from 'zod';
import type { BomDocument, SpecVersion } from '../../core/sbom/document.ts';

const Faults = z.array(z.looseObject({ instancePath: z.string().default(''), message: z.string().default('is not valid'), params: z.record(z.string(), z.unknown()).default({}) }));
const validators = new Map<SpecVersion, JsonStrictValidator>();

/** What the schema objects to, each with its place; none where the document is valid. */
export async function schemaFaults({ specVersion, text }: Pick<BomDocument, 'specVersion' | 'text'>): Promise<string[]> {
  // A schema takes longer to compile than most documents to judge.
  const validator = validators.get(specVersion) ?? new JsonStrictValidator(specVersion as Version);
  validators.set(specVersion, validator);
  const found = await validator.validate(text);
  if (found === null) return [];
  const faults = Faults.safeParse(found);
  const said = faults.success ? faults.data.map(({ instancePath, message, params }) => `${instancePath || '/'} ${message}${detail(params)}`) : ['the schema refuses it'];
  return [...new Set(said)].slice(0, 10);
}

function detail({ additionalProperty, allowedValues }: Record<string, unknown>): string {
  if (typeof additionalProperty === 'string') return `: "${additionalProperty}"`;
  return Array.isArray(allowedValues) && allowedValues.length <= 12 ? `: ${allowedValues.join(', ')}` : '';
}
