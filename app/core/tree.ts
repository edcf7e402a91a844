/** A repository's files as data. */
import { z } from 'zod';

/** One file: text as `utf8`, anything else as `base64`. Mode as git writes it. */
export const TreeFile = z.strictObject({
  mode: z.enum(['100644', '100755', '120000']),
  encoding: z.enum(['utf8', 'base64']),
  content: z.string(),
});
export type TreeFile = z.infer<typeof TreeFile>;

/** Path (relative, forward slashes) → file. */
export const Tree = z.record(z.string(), TreeFile);
export type Tree = z.infer<typeof Tree>;

/** A change to a tree: path → new file, or null where the file goes. */
export const Patch = z.record(z.string(), TreeFile.nullable());
export type Patch = z.infer<typeof Patch>;

export function applyPatch(base: Tree, patch: Patch): Tree {
  const head: Tree = { ...base };
  for (const [path, file] of Object.entries(patch)) {
    if (file === null) delete head[path];
    else head[path] = file;
  }
  return head;
}

export function textFile(content: string): TreeFile {
  return { mode: '100644', encoding: 'utf8', content };
}

/** The file's text, or undefined where it is binary or a symbolic link. */
export function textOf(file: TreeFile | undefined): string | undefined {
  return file && file.encoding === 'utf8' && file.mode !== '120000' ? file.content : undefined;
}
