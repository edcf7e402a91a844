/**
 * Locked packages as a CycloneDX document. The same packages give the same bytes: no clock, and a serial number made of the content. Every locked package is one
 * component under its package URL; what two lock files fix alike is one component that names both. Where the tree of dependencies is not known whole, the document
 * says so: in `compositions` for programs, in `assay:incomplete` for people.
 */
import * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import * as Spec from '@cyclonedx/cyclonedx-library/Spec';
import { v5 as uuid5 } from 'uuid';
import { canonicalJson } from '../digest.ts';
import { idOf, unneeded } from '../locked/graph.ts';
import type { LockedPackage } from '../locked/package.ts';
import { componentOf } from './component.ts';
import { incompleteIn, type Incomplete } from './incomplete.ts';
import { purlOf } from './purl.ts';

export interface SbomInput {
  /** What the document is about. */
  name: string;
  version: string | null;
  packages: readonly LockedPackage[];
  tool: { name: string; version: string };
  spec?: '1.6' | '1.7';
  /** What else is known to be missing. */
  incomplete?: readonly Incomplete[];
}

const root = 'root';
const specs = { '1.6': Spec.Spec1dot6, '1.7': Spec.Spec1dot7 };

export function buildSbom({ name, version, packages, tool, spec = '1.6', incomplete = [] }: SbomInput): string {
  const groups = grouped(packages);
  const components = new Map([...groups].map(([purl, same]) => [purl, componentOf(purl, same)]));
  const about = new Models.Component(Enums.ComponentType.Application, name, { bomRef: root, ...(version === null ? {} : { version }) });
  connect(about, { packages, components });
  const why = [...incompleteIn(packages), ...incomplete].sort((a, b) => (said(a) < said(b) ? -1 : 1));
  const bom = new Models.Bom({
    version: 1, components: new Models.ComponentRepository(components.values()),
    metadata: new Models.Metadata({
      component: about, lifecycles: new Models.LifecycleRepository([new Models.NamedLifecycle('lock')]),
      tools: new Models.Tools({ tools: new Models.ToolRepository([new Models.Tool({ name: tool.name, version: tool.version })]) }),
      properties: new Models.PropertyRepository([...new Set(why.map(said))].map((each) => new Models.Property('assay:incomplete', each))),
    }),
  });
  const factory = new Serialize.JSON.Normalize.Factory(specs[spec]);
  const { $schema, bomFormat, specVersion, ...rest } = factory.makeForBom().normalize(bom, { sortLists: true });
  delete rest.serialNumber;
  const content = ordered({ ...rest, compositions: compositionsOf({ groups, why }) });
  const serialNumber = `urn:uuid:${uuid5(canonicalJson({ specVersion, content }), uuid5.URL)}`;
  return `${JSON.stringify({ $schema, bomFormat, specVersion, serialNumber, ...content }, null, 2)}\n`;
}

/** By package URL, in its order. */
function grouped(packages: readonly LockedPackage[]): ReadonlyMap<string, LockedPackage[]> {
  const groups = new Map<string, LockedPackage[]>();
  for (const each of packages) {
    const purl = purlOf(each);
    const known = groups.get(purl);
    if (known) known.push(each);
    else groups.set(purl, [each]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Edges hold within one lock file. The root needs what manifests name, and all that nothing else needs. */
function connect(about: Models.Component, { packages, components }: { packages: readonly LockedPackage[]; components: ReadonlyMap<string, Models.Component> }): void {
  for (const [, of] of byLock(packages)) {
    const purls = new Map(of.map((each) => [idOf(each), purlOf(each)]));
    const loose = unneeded(of);
    const toldDirect = of.some((each) => each.direct === true);
    for (const each of of) {
      const from = components.get(purlOf(each))!;
      if (each.direct === true || loose.has(idOf(each)) || (!toldDirect && each.requires === null)) about.dependencies.add(from.bomRef);
      for (const id of each.requires ?? []) {
        const to = components.get(purls.get(id) ?? '');
        if (to) from.dependencies.add(to.bomRef);
      }
    }
  }
}

function byLock(packages: readonly LockedPackage[]): ReadonlyMap<string, LockedPackage[]> {
  return Map.groupBy(packages, (each) => each.path);
}

/** The root's own parts are complete but for what is missing from the lock files; each component's needs are, where its lock file tells them all. */
function compositionsOf({ groups, why }: { groups: ReadonlyMap<string, LockedPackage[]>; why: readonly Incomplete[] }): object[] {
  const isClear = (same: readonly LockedPackage[]) => same.every((each) => each.requires !== null && each.unresolved.length === 0);
  const unclear = [...groups].filter(([, same]) => !isClear(same)).map(([purl]) => purl);
  const clear = [...groups].filter(([, same]) => isClear(same)).map(([purl]) => purl);
  const whole = why.every((each) => each.kind === 'edges');
  return [
    { aggregate: whole ? 'complete' : 'incomplete', assemblies: [root] },
    ...(why.length > 0 || unclear.length > 0 ? [{ aggregate: 'incomplete', dependencies: [...(why.length > 0 ? [root] : []), ...unclear] }] : []),
    ...(clear.length > 0 || why.length === 0 ? [{ aggregate: 'complete', dependencies: [...(why.length === 0 ? [root] : []), ...clear] }] : []),
  ];
}

/** The library sorts as the machine's language does; here every list of the document is in the order of code points. */
function ordered<T extends Listed>(content: T): T {
  const by = <E>(list: E[] | undefined, key: (each: E) => string) => list?.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  for (const { dependsOn } of by(content.dependencies, ({ ref }) => ref) ?? []) by(dependsOn, (ref) => ref);
  for (const { hashes, externalReferences } of by(content.components, (each) => each['bom-ref'] ?? '') ?? []) {
    by(hashes, ({ alg }) => alg);
    by(externalReferences, ({ url }) => url);
  }
  return content;
}

interface Listed {
  dependencies?: { ref: string; dependsOn?: string[] }[];
  components?: { 'bom-ref'?: string; hashes?: { alg: string }[]; externalReferences?: { url: string }[] }[];
}

function said({ path, why }: Incomplete): string {
  return `${path}: ${why}`;
}
