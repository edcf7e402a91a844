/** One locked package, or the same one of several lock files, as a CycloneDX component. */
import * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import type { LockedPackage } from '../locked/package.ts';
import { licenceOf } from './licence.ts';

export function componentOf(purl: string, same: readonly LockedPackage[]): Models.Component {
  const first = same[0]!;
  const scoped = first.ecosystem === 'npm' ? /^(@[^/]+)\/(.+)$/.exec(first.name) : null;
  const licence = same.map((each) => each.licence).find((each) => each !== null);
  const component = new Models.Component(Enums.ComponentType.Library, scoped?.[2] ?? first.name, {
    bomRef: purl, purl, version: first.version, ...(scoped ? { group: scoped[1]! } : {}), scope: scopeOf(same),
  });
  if (licence !== undefined) component.licenses.add(licenceOf(licence));
  for (const [algorithm, content] of same.flatMap((each) => integrityOf(each))) component.hashes.set(algorithm, content);
  for (const reference of filesOf(purl, same)) component.externalReferences.add(reference);
  for (const path of [...new Set(same.map((each) => each.path))].sort()) component.properties.add(new Models.Property('assay:lock', path));
  return component;
}

/** `excluded`: nothing that is shipped needs it. Where one lock file needs it, it is needed. */
function scopeOf(same: readonly LockedPackage[]): Enums.ComponentScope {
  if (same.every((each) => each.dev)) return Enums.ComponentScope.Excluded;
  return same.every((each) => each.dev || each.optional) ? Enums.ComponentScope.Optional : Enums.ComponentScope.Required;
}

const algorithms: Record<string, Enums.HashAlgorithm> = { sha1: Enums.HashAlgorithm['SHA-1'], sha256: Enums.HashAlgorithm['SHA-256'], sha384: Enums.HashAlgorithm['SHA-384'], sha512: Enums.HashAlgorithm['SHA-512'] };

function integrityOf({ integrity }: LockedPackage): [Enums.HashAlgorithm, string][] {
  return (integrity ?? '').split(/\s+/).flatMap((part): [Enums.HashAlgorithm, string][] => {
    const [, name = '', base64 = ''] = /^(sha\d+)-([A-Za-z0-9+/]+=*)$/.exec(part) ?? [];
    const algorithm = algorithms[name];
    return algorithm === undefined ? [] : [[algorithm, Buffer.from(base64, 'base64').toString('hex')]];
  });
}

/** A registry may give any of them, so none is the component's own hash. */
function filesOf(purl: string, same: readonly LockedPackage[]): Models.ExternalReference[] {
  const files = new Map(same.flatMap((each) => each.files).map((file) => [file.hash, file]));
  return [...files.values()].flatMap(({ name, hash }) => {
    const [, kind = '', content = ''] = /^(sha\d+):([0-9a-f]+)$/.exec(hash) ?? [];
    const algorithm = algorithms[kind];
    if (algorithm === undefined) return [];
    const url = name === null || !/^[\w.+!~-]+$/.test(name) ? `${purl}?checksum=${kind}:${content}` : name;
    return [new Models.ExternalReference(url, Enums.ExternalReferenceType.Distribution, { hashes: new Models.HashDictionary([[algorithm, content]]) })];
  });
}
