/** The manifests that a lock file belongs to, and the registry packages that they name. Folders, addresses and the repository's own members are not in it. */
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { z } from 'zod';

const Names = z.record(z.string(), z.string()).optional().catch(undefined);
const Manifest = z.looseObject({ name: z.string().optional(), dependencies: Names, devDependencies: Names, optionalDependencies: Names });

type Tree = Pick<GuardFacts, 'paths' | 'read'>;

/** Only npm's family: its lock files lie beside the root's manifest and hold those of all members. */
export function manifestsFor(lock: string, { paths }: Tree): string[] {
  const [, folder, name] = /^(.*?)([^/]+)$/.exec(lock) ?? [];
  if (folder === undefined || !['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'].includes(name!)) return [];
  return paths.includes(`${folder}package.json`) ? [`${folder}package.json`] : [];
}

/** The manifest's packages with the line that names each. */
export function namedBy(manifest: string, tree: Tree): { name: string; line: number }[] {
  const text = tree.read(manifest);
  const parsed = text === null ? null : manifestOf(text);
  if (!parsed) return [];
  const own = new Set(tree.paths.filter((path) => path.endsWith('package.json') && !path.includes('node_modules/')).flatMap((path) => manifestOf(tree.read(path) ?? '')?.name ?? []));
  const rows = text!.split('\n');
  return Object.entries({ ...parsed.dependencies, ...parsed.devDependencies, ...parsed.optionalDependencies }).flatMap(([key, spec]) => {
    if (own.has(key) || /^(file|link|workspace|portal|git|https?|catalog)\b|[/]/.test(spec.replace(/^npm:@?[^@]*@?/, ''))) return [];
    const name = /^npm:(@?[^@]+)/.exec(spec)?.[1] ?? key;
    return [{ name, line: Math.max(1, rows.findIndex((row) => row.includes(`"${key}"`) && row.includes(':')) + 1) }];
  });
}

function manifestOf(text: string): z.infer<typeof Manifest> | null {
  try {
    return Manifest.safeParse(JSON.parse(text)).data ?? null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
