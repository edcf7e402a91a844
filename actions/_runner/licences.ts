/** The licences of the libraries that the bundle carries: each name and version with the text that its package ships. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export function licences(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  return [...folders].sort().map((folder) => section(join(root, folder))).join('\n');
}

function section(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license?: string };
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'see its text'})`, '-'.repeat(40), ...(texts.length > 0 ? texts : ['The package ships no licence text.']), ''].join('\n');
}
