/**
 * `assay pack URL --out FOLDER`: takes the evidence pack of a change from a running App (its status page, or that page's address with /pack.json) and writes
 * its files. The pack proves itself: `assay verify FOLDER --key key.pem`, `assay replay FOLDER --key key.pem`, or `index.html` in a browser.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import type { Verb } from './main.ts';

const usage = 'assay pack URL --out FOLDER   (ASSAY_PAGES_TOKEN where the pages ask for one)';
const maxBytes = 256 * 1024 * 1024;

export const verb: Verb = {
  summary: 'fetch the evidence pack of a change from a running App: pack URL --out FOLDER',
  async run(args) {
    const { url, out } = optionsOf(args);
    const files = await fetchPack(url);
    for (const [name, text] of Object.entries(files)) await writeInside(out, { name, text });
    process.stdout.write(`${Object.keys(files).length} files in ${out}\n`);
    return 0;
  },
};

function optionsOf(args: string[]): { url: URL; out: string } {
  try {
    const { values, positionals } = parseArgs({ args, options: { out: { type: 'string' } }, allowPositionals: true });
    if (positionals.length !== 1 || !values.out) throw new Error('say one URL and --out');
    const url = new URL(positionals[0]!);
    if (!/^https?:$/.test(url.protocol)) throw new Error(`${url.protocol} is no web address`);
    if (!url.pathname.endsWith('/pack.json')) url.pathname = `${url.pathname.replace(/\/$/, '')}/pack.json`;
    return { url, out: values.out };
  } catch (cause) {
    throw new AssayError('USAGE_PACK', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

const Files = z.record(z.string(), z.string());

async function fetchPack(url: URL): Promise<Record<string, string>> {
  const token = process.env.ASSAY_PAGES_TOKEN;
  try {
    const answer = await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {}, signal: AbortSignal.timeout(60_000) });
    if (!answer.ok) throw new Error(`${url.host} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
    const text = await answer.text();
    if (text.length > maxBytes) throw new Error(`the pack is larger than ${maxBytes} bytes`);
    return Files.parse(JSON.parse(text));
  } catch (cause) {
    throw new AssayError('PACK_UNAVAILABLE', cause instanceof Error ? cause.message : String(cause), { remedy: 'Give the address of the change\'s status page, and ASSAY_PAGES_TOKEN where it asks for one.', cause });
  }
}

/** Names come from outside: none may leave the folder. */
async function writeInside(folder: string, { name, text }: { name: string; text: string }): Promise<void> {
  const path = normalize(name);
  if (path.startsWith('..') || path.startsWith(sep) || name.includes('\0')) throw new AssayError('PACK_INVALID', `the pack names a file outside of itself: ${JSON.stringify(name)}`, { remedy: 'Do not use this pack.' });
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}
