/** The package URL of a locked package. */
import { PackageURL } from 'packageurl-js';
import type { LockedPackage } from '../locked/package.ts';

export function purlOf({ ecosystem, name, version }: Pick<LockedPackage, 'ecosystem' | 'name' | 'version'>): string {
  const at = ecosystem === 'pypi' ? -1 : name.lastIndexOf('/');
  const space = at < 0 ? undefined : name.slice(0, at);
  // Go module versions are written with their v.
  return new PackageURL(ecosystem === 'go' ? 'golang' : ecosystem, space, name.slice(at + 1), ecosystem === 'go' ? `v${version}` : version).toString();
}
