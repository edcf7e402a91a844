/**
 * A bill of materials that this product built, as SPDX 2.3 JSON: the same packages, licences, sums and needs. SPDX demands a date of creation; the bill has none on
 * purpose, so it is the beginning of Unix time, and the same lock files give the same bytes. What no SPDX expression says stands as a licence reference with its text.
 */
import { z } from 'zod';
import { expressionOf } from './licence.ts';
import { statedLicence } from './read.ts';

const Hashes = z.array(z.object({ alg: z.string(), content: z.string() })).default([]);
const Component = z.object({
  'bom-ref': z.string(), name: z.string(), group: z.string().optional(), version: z.string().optional(), purl: z.string().optional(), hashes: Hashes,
  licenses: z.array(z.object({ expression: z.string().optional(), license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional() })).optional(),
});
type Component = z.infer<typeof Component>;
const Bom = z.object({
  serialNumber: z.string(), components: z.array(Component).default([]), dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })).default([]),
  metadata: z.object({ component: Component, properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]) }),
});

const unknown = 'NOASSERTION';

/** `text`: what `buildSbom` gave. */
export function spdxOf(text: string, tool: { name: string; version: string }): string {
  const { serialNumber, components, dependencies, metadata } = Bom.parse(JSON.parse(text));
  const all = [metadata.component, ...components];
  const ids = new Map(all.map((each, index) => [each['bom-ref'], index === 0 ? 'SPDXRef-root' : `SPDXRef-${index}-${each.name.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 60)}`]));
  const references = licenceReferences(all);
  const open = metadata.properties.filter(({ name }) => name === 'assay:incomplete').map(({ value }) => value);
  const document = {
    spdxVersion: 'SPDX-2.3', dataLicense: 'CC0-1.0', SPDXID: 'SPDXRef-DOCUMENT', name: metadata.component.name, documentNamespace: serialNumber,
    creationInfo: { created: '1970-01-01T00:00:00Z', creators: [`Tool: ${tool.name}-${tool.version}`], ...(open.length > 0 ? { comment: `Not complete. ${open.join('. ')}.` } : {}) },
    packages: all.map((each) => packageOf(each, ids.get(each['bom-ref'])!, references)),
    ...(references.size > 0 ? { hasExtractedLicensingInfos: [...references].map(([name, licenseId]) => ({ licenseId, extractedText: name, name })) } : {}),
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-root' },
      ...dependencies.flatMap(({ ref, dependsOn }) => dependsOn.map((to) => ({ spdxElementId: ids.get(ref)!, relationshipType: 'DEPENDS_ON', relatedSpdxElement: ids.get(to)! }))),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function packageOf(component: Component, id: string, references: ReadonlyMap<string, string>): object {
  const { name, group, version, purl, hashes } = component;
  return {
    SPDXID: id, name: group === undefined ? name : `${group}/${name}`, ...(version === undefined ? {} : { versionInfo: version }),
    downloadLocation: unknown, filesAnalyzed: false, licenseConcluded: unknown, licenseDeclared: declared(component, references), copyrightText: unknown,
    ...(hashes.length > 0 ? { checksums: hashes.map(({ alg, content }) => ({ algorithm: alg.replace(/^SHA-/, 'SHA'), checksumValue: content })) } : {}),
    ...(purl === undefined ? {} : { externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }] }),
  };
}

function declared(component: Component, references: ReadonlyMap<string, string>): string {
  const stated = statedLicence(component);
  return stated === null ? unknown : references.get(stated) ?? stated;
}

/** A name for each licence that is no SPDX expression. */
function licenceReferences(components: readonly Component[]): ReadonlyMap<string, string> {
  const odd = [...new Set(components.flatMap((each) => statedLicence(each) ?? []))].filter((each) => expressionOf(each) === null).sort();
  return new Map(odd.map((each, index) => [each, `LicenseRef-${index + 1}`]));
}
