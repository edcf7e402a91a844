/** Addresses inside a repository, as pages write them. Pure arithmetic of paths: whether a target is there is for the one who asks to look up. */

/**
 * The path below the root that a relative address in the file `from` leads to, without fragment and query; '' is the root itself, null leads out of the repository.
 * An address that begins with `/` counts from the root.
 */
export function pathBelow(target: string, from: string): string | null {
  const bare = decoded(target.replace(/[#?].*$/s, ''));
  const parts = bare.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of bare.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** `%20` and the like as the characters they stand for; what is no such writing stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (thrown) {
    if (thrown instanceof URIError) return text;
    throw thrown;
  }
}

/** Every folder that holds one of the paths, at any depth; the root is not among them. */
export function foldersOf(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0 && !folders.has(path.slice(0, end)); end = path.lastIndexOf('/', end - 1)) folders.add(path.slice(0, end));
  }
  return folders;
}
