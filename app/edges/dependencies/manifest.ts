/** package.json, as far as it says what is to be fetched: only versions from the registry and packages of this very repository. */
import { z } from 'zod';
import { textOf, type Tree } from '../../core/tree.ts';
import { invalid, refused } from './refusal.ts';

const Names = z.record(z.string(), z.string()).default({});
export const Manifest = z.looseObject({
  name: z.string().default('unnamed'), version: z.string().default('0.0.0'),
  dependencies: Names, devDependencies: Names, optionalDependencies: Names, peerDependencies: Names,
  workspaces: z.union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()) })]).optional(),
});
export type Manifest = z.infer<typeof Manifest>;

export function parsed<T>(file: string, text: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw invalid(file, cause);
  }
}

/** Throws DEPENDENCIES_SOURCE_REFUSED where it names anything but the registry. Undefined where there is none. */
export function manifestIn(tree: Tree, folder: string): Manifest | undefined {
  const path = folder === '' ? 'package.json' : `${folder}/package.json`;
  const text = textOf(tree[path]);
  if (text === undefined) return undefined;
  const manifest = parsed(path, text, Manifest);
  for (const [name, spec] of wantedBy(manifest)) if (!fromRegistry(spec)) throw refused(`${name}: ${spec}`);
  return manifest;
}

export function wantedBy({ dependencies, devDependencies, optionalDependencies }: Manifest): [string, string][] {
  return [dependencies, devDependencies, optionalDependencies].flatMap((each) => Object.entries(each));
}

/** A version, a range, a tag or an alias of those; anything with an address or a path is not. */
function fromRegistry(spec: string): boolean {
  return /^(npm:(@[\w.-]+\/)?[\w.-]+(@[^:/]*)?|workspace:[\w.^~*-]*|catalog:[\w-]*|[^:/]*)$/.test(spec);
}
