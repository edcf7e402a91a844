/**
 * A runner that keeps its tool cache may bring back a tool that was cut short or changed. Beside each tool stands the digest of its files as they were installed; a
 * tool that is no longer that is removed and installed anew. Whoever may write the cache may write the digest too: a runner shared with strangers must not keep one.
 */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, type Tool } from '../../app/edges/tools/lock.ts';

/** Removes the tool where its files are not those that were installed. */
export function keepHonest(tool: Tool, home: string): void {
  const folder = folderOf(tool, home);
  if (tool.source === 'debian' || !existsSync(folder)) return;
  const note = noteOf(folder);
  const same = existsSync(note) && readFileSync(note, 'utf8').trim() === digestOfFolder(folder);
  if (!same) rmSync(folder, { recursive: true });
}

export function remember(tool: Tool, home: string): void {
  const folder = folderOf(tool, home);
  if (tool.source !== 'debian') writeFileSync(noteOf(folder), `${digestOfFolder(folder)}\n`);
}

function noteOf(folder: string): string {
  return `${folder}.sha256`;
}

/** Names, kinds, modes and contents of all files; Python's own byte code, which it writes when it runs, is left out. */
export function digestOfFolder(folder: string): string {
  const hash = createHash('sha256');
  for (const path of files(folder, '')) {
    const full = join(folder, path);
    const stat = lstatSync(full);
    hash.update(`${path}\0${stat.isSymbolicLink() ? 'link' : stat.mode & 0o111 ? 'program' : 'file'}\0`);
    hash.update(createHash('sha256').update(stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full)).digest());
  }
  return hash.digest('hex');
}

function files(folder: string, at: string): string[] {
  return readdirSync(join(folder, at), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const path = at === '' ? entry.name : `${at}/${entry.name}`;
    if (entry.name === '__pycache__') return [];
    return entry.isDirectory() ? files(folder, path) : [path];
  });
}
