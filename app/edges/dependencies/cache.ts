/** Keeps what was fetched under the digest of what decided it. Fetched beside its place and moved there whole, so that a half-done folder is never used. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from './client.ts';
import type { Plan } from './fetch.ts';

export interface Keeping {
  home: string;
  key: string;
  plan: Plan;
  environment: Record<string, string | undefined>;
  client: Client;
}

/** The folder with what the client put there. */
export async function keep({ home, key, plan, environment, client }: Keeping): Promise<string> {
  const place = join(home, key);
  if (existsSync(place)) return place;
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, '.fetching-'));
  try {
    for (const [path, text] of Object.entries(plan.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const env = Object.fromEntries(Object.entries(plan.env ?? {}).map(([name, value]) => [name, value.replaceAll('{folder}', folder)]));
    await client(plan.argv.map((word) => word.replaceAll('{folder}', folder)), { cwd: folder, env: { ...environment, ...env } });
    if (plan.link) {
      // What the client noted of the lock; without it the client looks at the packages themselves, which say what programs they bring.
      rmSync(join(folder, 'node_modules', '.package-lock.json'), { force: true });
      await client(plan.link, { cwd: folder, env: { ...environment, ...env } });
    }
    plan.check?.(folder);
    mkdirSync(join(folder, plan.creates ?? plan.keeps), { recursive: true });
    for (const [path, target] of Object.entries(plan.links ?? {})) if (existsSync(join(folder, dirname(path)))) symlinkSync(target, join(folder, path));
    if (!existsSync(place)) renameSync(join(folder, plan.keeps), place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return place;
}
