/**
 * Locked packages as a CycloneDX 1.6 document. The same packages give the same bytes: no clock, and a serial number that is made of the components. Every locked package is
 * one component under its package URL; what two lock files fix alike is one component that names both.
 */
import * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import * as Spec from '@cyclonedx/cyclonedx-library/Spec';
import { sha256 } from '../digest.ts';
import type { LockedPackage } from '../locked/package.ts';
import { licenceOf } from './licence.ts';
import { purlOf } from './purl.ts';

export interface SbomInput {
  /** What the document is about. */
  name: string;
  version: string | null;
  packages: readonly LockedPackage[];
  tool: { name: string; version: string };
}

export function buildSbom({ name, version, packages, tool }: SbomInput): string {
  const groups = grouped(packages);
  const components = [...groups].map(([purl, same]) => ({ same, component: componentOf(purl, same) }));
  const root = new Models.Component(Enums.ComponentType.Application, name, { bomRef: 'root', ...(version === null ? {} : { version }) });
  for (const { same, component } of components) if (same.some((each) => each.direct !== false)) root.dependencies.add(component.bomRef);
  const maker = new Models.Tool({ name: tool.name, version: tool.version });
  const bom = new Models.Bom({
    version: 1, serialNumber: serialOf([name, version ?? '', ...groups.keys()]), components: new Models.ComponentRepository(components.map(({ component }) => component)),
    metadata: new Models.Metadata({ component: root, tools: new Models.Tools({ tools: new Models.ToolRepository([maker]) }), lifecycles: new Models.LifecycleRepository([new Models.NamedLifecycle('lock')]) }),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** By package URL, in its order. */
function grouped(packages: readonly LockedPackage[]): ReadonlyMap<string, LockedPackage[]> {
  const groups = new Map<string, LockedPackage[]>();
  for (const each of packages) groups.set(purlOf(each), [...(groups.get(purlOf(each)) ?? []), each]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function componentOf(purl: string, same: readonly LockedPackage[]): Models.Component {
  const first = same[0]!;
  const scoped = first.ecosystem === 'npm' ? /^(@[^/]+)\/(.+)$/.exec(first.name) : null;
  const licence = same.map((each) => each.licence).find((each) => each !== null);
  const component = new Models.Component(Enums.ComponentType.Library, scoped?.[2] ?? first.name, {
    bomRef: purl, purl, version: first.version, ...(scoped ? { group: scoped[1]! } : {}),
    scope: same.every((each) => each.dev) ? Enums.ComponentScope.Excluded : Enums.ComponentScope.Required,
  });
  if (licence !== undefined) component.licenses.add(licenceOf(licence));
  for (const [algorithm, content] of hashesOf(same)) component.hashes.set(algorithm, content);
  for (const path of [...new Set(same.map((each) => each.path))].sort()) component.properties.add(new Models.Property('assay:lock', path));
  return component;
}

const algorithms: Record<string, Enums.HashAlgorithm> = { sha1: Enums.HashAlgorithm['SHA-1'], sha256: Enums.HashAlgorithm['SHA-256'], sha384: Enums.HashAlgorithm['SHA-384'], sha512: Enums.HashAlgorithm['SHA-512'] };

function hashesOf(same: readonly LockedPackage[]): [Enums.HashAlgorithm, string][] {
  return same.flatMap((each) => (each.integrity ?? '').split(/\s+/)).flatMap((part): [Enums.HashAlgorithm, string][] => {
    const [, name = '', base64 = ''] = /^(sha\d+)-([A-Za-z0-9+/]+=*)$/.exec(part) ?? [];
    const algorithm = algorithms[name];
    return algorithm === undefined ? [] : [[algorithm, Buffer.from(base64, 'base64').toString('hex')]];
  });
}

/** A UUID whose bits come from the content, so that the same document has the same name. */
function serialOf(parts: readonly string[]): string {
  const hex = sha256(JSON.stringify(parts));
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
