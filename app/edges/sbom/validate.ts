/**
 * CycloneDX documents against the specification's own schemas. Of the two sets that the specification has for 1.2 and 1.3 the strict one counts, as in its own test
 * suite: there a field that no schema names is an error. Later versions have one schema, which is strict. The schemas want every list without repetition, which takes
 * the square of its length to find out in the usual way: long lists of the document are judged in parts, and their repetitions found by name.
 */
import type { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { z } from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import type { BomDocument, SpecVersion } from '../../core/sbom/document.ts';

const Faults = z.array(z.looseObject({ instancePath: z.string().default(''), message: z.string().default('is not valid'), params: z.record(z.string(), z.unknown()).default({}) }));
const validators = new Map<SpecVersion, JsonStrictValidator>();
const partLength = 200;
const maxFaults = 10;

/** What the schema objects to, each with its place, ten at most; none where the document is valid. */
export async function schemaFaults({ specVersion, value }: Pick<BomDocument, 'specVersion' | 'value'>): Promise<string[]> {
  const long = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]) && entry[1].length > partLength);
  const frame = { ...value, ...Object.fromEntries(long.map(([key]) => [key, []])) };
  const found = [...await judge(specVersion, frame), ...long.flatMap(([key, list]) => repeated(key, list))];
  const { bomFormat, version } = value;
  for (const [key, list] of long) {
    for (let from = 0; from < list.length && found.length < maxFaults; from += partLength) {
      const part = await judge(specVersion, { bomFormat, specVersion, ...(version === undefined ? {} : { version }), [key]: list.slice(from, from + partLength) });
      found.push(...part.map((each) => each.replace(/^\/[^/\s]+\/(\d+)/, (_, index: string) => `/${key}/${Number(index) + from}`)));
    }
  }
  return [...new Set(found)].slice(0, maxFaults);
}

async function judge(specVersion: SpecVersion, value: object): Promise<string[]> {
  // A schema takes longer to compile than most documents to judge.
  const validator = validators.get(specVersion) ?? new JsonStrictValidator(specVersion as Version);
  validators.set(specVersion, validator);
  const found = await validator.validate(JSON.stringify(value));
  if (found === null) return [];
  const faults = Faults.safeParse(found);
  return faults.success ? faults.data.map(({ instancePath, message, params }) => `${instancePath || '/'} ${message}${detail(params)}`) : ['the schema refuses it'];
}

/** Of one spelling, whatever the order of keys. */
function repeated(key: string, list: readonly unknown[]): string[] {
  const seen = new Map<string, number>();
  return list.flatMap((each, index) => {
    const spelled = canonicalJson(each);
    const first = seen.get(spelled);
    seen.set(spelled, first ?? index);
    return first === undefined ? [] : [`/${key} must NOT have duplicate items (items ## ${first} and ${index} are identical)`];
  }).slice(0, maxFaults);
}

function detail({ additionalProperty, allowedValues }: Record<string, unknown>): string {
  if (typeof additionalProperty === 'string') return `: "${additionalProperty}"`;
  return Array.isArray(allowedValues) && allowedValues.length <= 12 ? `: ${allowedValues.join(', ')}` : '';
}
