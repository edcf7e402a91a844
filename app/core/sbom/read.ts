/** The components of a CycloneDX document by package URL, read as untrusted text; and what a document lacks of what the lock files fix. */
import { z } from 'zod';
import type { LockedPackage } from '../locked/package.ts';
import { purlOf } from './purl.ts';

const Licences = z.array(z.object({ expression: z.string().optional(), license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional() })).optional();
export interface Component { name: string; version?: string | undefined; purl?: string | undefined; scope?: string | undefined; licenses?: z.infer<typeof Licences>; components?: Component[] | undefined }
const Component: z.ZodType<Component> = z.lazy(() => z.object({ name: z.string(), version: z.string().optional(), purl: z.string().optional(), scope: z.string().optional(), licenses: Licences, components: z.array(Component).optional() }));
const Bom = z.object({ bomFormat: z.literal('CycloneDX'), specVersion: z.string(), serialNumber: z.string().optional(), components: z.array(Component).default([]) });
export type Bom = z.infer<typeof Bom>;

export function readSbom(text: string): Bom | { why: string } {
  try {
    const parsed = Bom.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : { why: z.prettifyError(parsed.error).split('\n').slice(0, 2).join(' ') };
  } catch (thrown) {
    return { why: thrown instanceof Error ? thrown.message.slice(0, 200) : String(thrown) };
  }
}

/** Package URLs of locked packages that the document does not have, each once. */
export function lackingIn(bom: Bom, packages: readonly LockedPackage[]): string[] {
  const listed = new Set(bom.components.map(({ purl }) => purl?.replace(/[?#].*$/, '')));
  return [...new Set(packages.map(purlOf))].filter((purl) => !listed.has(purl)).sort();
}

/** What it states as licence, as one SPDX expression; null where it states none. */
export function statedLicence({ licenses = [] }: Component): string | null {
  const parts = licenses.flatMap(({ expression, license }) => expression ?? license?.id ?? license?.name ?? []);
  return parts.length === 0 ? null : parts.length === 1 ? parts[0]! : parts.map((part) => `(${part})`).join(' AND ');
}
