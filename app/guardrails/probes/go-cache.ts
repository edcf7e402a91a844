/**
 * What Go has compiled of its own standard library for a change: built once, before any of the change's code runs, and copied into every run. Without it each run
 * compiles the library anew. The change's packages are only listed for it, never built, so that nothing of theirs lies in what later runs are given.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetched } from '../../core/ports/dependencies.ts';
import { MIB, type Sandbox } from '../../core/ports/sandbox.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { layOut } from './bench.ts';

const built = '/deps/go-build';
/** No module is looked for, no other Go is fetched; C is not compiled, since the library would be twice. */
export const goEnv = { GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-vet=off', CGO_ENABLED: '0', GOCACHE: '/tmp/go-build' };
/** Go writes where it reads, so that a run gets a copy of its own. */
export const goCopy = `if [ -d ${built} ]; then cp -r ${built} /tmp/go-build; fi; `;
// What measures coverage is in no import.
const list = "{ echo runtime/coverage; go list -e -deps -test -f '{{if .Standard}}{{.ImportPath}}{{end}}' ./...; } | grep -v -e '^vendor/' -e '^unsafe$' -e '^$' | sort -u | xargs go build";

interface Needed {
  tree: Tree;
  folder: string;
  sandbox: Sandbox;
}

const known = new Map<string, Promise<string | null>>();

/** A mount more where it was built; without one runs are only slower. Once for all that import the same. */
export async function withGoCache(fetched: Fetched, needed: Needed): Promise<Fetched> {
  const env = { ...goEnv, ...fetched.env };
  const key = JSON.stringify([importsIn(needed.tree), fetched.mounts.map(({ host }) => host)]);
  const building = known.get(key) ?? build({ ...fetched, env }, needed);
  known.set(key, building);
  const host = await building;
  return { ...fetched, env, mounts: host === null ? fetched.mounts : [...fetched.mounts, { host, inside: built }] };
}

/** More than the imports, so that none is missed. */
function importsIn(tree: Tree): string[] {
  const texts = Object.entries(tree).filter(([path]) => path.endsWith('.go')).map(([, file]) => textOf(file) ?? '');
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/^[ \t]{0,8}(?:import )?(?:[\w.]{1,100} )?"([\w./-]{1,200})"/gm)].map((match) => match[1]!)))].sort();
}

/** The folder on the host, or null where the library could not be built here. */
async function build({ mounts, env }: Fetched, { tree, folder, sandbox }: Needed): Promise<string | null> {
  const work = mkdtempSync(join(tmpdir(), 'suite-'));
  const kept = mkdtempSync(join(tmpdir(), 'go-build-'));
  process.once('exit', () => rmSync(kept, { recursive: true, force: true }));
  try {
    for (const each of [work, kept]) chmodSync(each, 0o755);
    layOut(join(work, 'repo'), tree);
    mkdirSync(join(work, 'out'));
    const limits = { wallMs: 180_000, cpuMs: 600_000, memoryBytes: 2048 * MIB, processes: 256, fileBytes: 128 * MIB, outputBytes: MIB };
    const line = `cd '${join('/work/repo', folder)}' && export PATH=$PATH:/usr/local/go/bin && ${list}`;
    const run = await sandbox.run({ argv: ['/bin/sh', '-c', line], workdir: work, readOnly: mounts.filter(({ inside }) => inside.startsWith('/')), env: { ...env, GOCACHE: '/work/out/go-build' }, limits });
    if (run.exit !== 0 || !existsSync(join(work, 'out/go-build'))) return null;
    renameSync(join(work, 'out/go-build'), join(kept, 'go-build'));
    return join(kept, 'go-build');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
