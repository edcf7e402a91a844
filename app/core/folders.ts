/** Folders of paths inside a repository, as texts: forward slashes, the root is empty. */

export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/** The folder and every one around it, the root first. */
export function foldersAround(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/');
  return Array.from({ length: parts.length + 1 }, (_, length) => parts.slice(0, length).join('/'));
}
