/**
 * Go sources laid out for engines that load packages: the files, and modules that require nothing. The toolchain may not fetch, may not become another version, and
 * no cgo, no vendored code and no setting of the change reaches it, so that listing and compiling run nothing of the change. What comes from other modules has no type.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import { textOf } from '../../core/tree.ts';
import type { Place } from './scan.ts';

const isGo = (path: string): boolean => /\.go$/.test(path) && !/(^|\/)(vendor|node_modules|testdata|[._][^/]*)\//.test(path) && !/(^|\/)[._][^/]*$/.test(path);
/** Files for another system, or that a build tag asks for: the toolchain leaves them out here. */
const isConditional = ({ path, text }: { path: string; text: string }): boolean => /_(aix|android|darwin|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|windows|386|amd64|arm|arm64|loong64|mips\w*|ppc64\w*|riscv64|s390x|wasm)(_test)?\.go$/.test(path) || /^\/\/(go:build| ?\+build)|^import "C"/m.test(text);

/** The changed Go files and, so that names have types, every other one of head that the runner knows. Empty where none changed that counts here. */
export function goFiles({ changed, head }: Pick<ToolRequest, 'changed' | 'head'>): Record<string, string> {
  const own = changed.filter(({ path }) => isGo(path));
  if (mustRead({ changed }).length === 0) return {};
  const others = Object.entries(head).flatMap(([path, file]) => (isGo(path) ? [[path, textOf(file) ?? 'package broken\n'] as const] : []));
  return { ...Object.fromEntries(others), ...Object.fromEntries(own.map(({ path, text }) => [path, text])) };
}

/** Changed files that the toolchain takes here: those for this system. */
export function mustRead({ changed }: Pick<ToolRequest, 'changed'>): string[] {
  return changed.filter((file) => isGo(file.path) && !isConditional(file)).map(({ path }) => path);
}

/** Their folders as the toolchain takes them: `./a/b`. One with files for other systems alone would end it. */
export function goFolders(request: Pick<ToolRequest, 'changed'>): string[] {
  return [...new Set(mustRead(request).map((path) => `./${dirname(path)}`))].sort();
}

/** Writes a go.mod without requirements for each module of head, one for the root, and a workspace over them all. */
export function writeModules({ folder }: Place, { head }: Pick<ToolRequest, 'head'>): void {
  const version = goVersion()?.replace(/^go(\d+\.\d+).*$/, '$1') ?? '1.24';
  const modules = new Map<string, string>([['.', 'change.invalid']]);
  const taken = new Set<string>();
  for (const [path, file] of Object.entries(head)) {
    if (!/(^|\/)go\.mod$/.test(path) || /(^|\/)(vendor|testdata)\//.test(path)) continue;
    const name = /^module[ \t]+"?([A-Za-z0-9._~/-]+)"?[ \t\r]*(?:\/\/.*)?$/m.exec(textOf(file) ?? '')?.[1];
    if (name !== undefined && !taken.has(name)) modules.set(dirname(path), name);
    if (name !== undefined) taken.add(name);
  }
  for (const [at, name] of modules) {
    mkdirSync(join(folder, at), { recursive: true });
    writeFileSync(join(folder, at, 'go.mod'), `module ${name}\n\ngo ${version}\n`);
  }
  writeFileSync(join(folder, 'go.work'), `go ${version}\n\nuse (\n${[...modules.keys()].map((at) => `\t./${at}\n`).join('')})\n`);
}

/** Only the toolchain's own compiled library is kept between runs: by content, and made by nothing but the compiler. */
export function goEnvironment({ folder, outside }: Place): Record<string, string> {
  return {
    GOENV: 'off', GOFLAGS: '-mod=readonly', GOPROXY: 'off', GOSUMDB: 'off', GOTOOLCHAIN: 'local', GOVCS: '*:off', GOTELEMETRY: 'off', CGO_ENABLED: '0', GOWORK: join(folder, 'go.work'),
    GOPATH: join(outside, 'go'), GOMODCACHE: join(outside, 'modules'), GOCACHE: join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', 'go-build'),
  };
}

/** The toolchain that this PATH has, e.g. `go1.26.8`; null where it has none. Asked once. */
export function goVersion(): string | null {
  const path = process.env.PATH ?? '/usr/bin:/bin';
  const known = versions.get(path);
  if (known !== undefined) return known;
  const found = askedVersion(path);
  versions.set(path, found);
  return found;
}

const versions = new Map<string, string | null>();

function askedVersion(path: string): string | null {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env: { PATH: path, HOME: '/nonexistent', GOENV: 'off', GOTOOLCHAIN: 'local', GOTELEMETRY: 'off' } });
  return status === 0 && /^go\d/.test(stdout) ? stdout.trim() : null;
}

/** An engine that cannot work without the Go toolchain is missing where that is. */
export function withGo(inner: Scanner): Scanner {
  return {
    ...inner,
    async scan(request) {
      if (goFolders(request).length === 0) return ToolAnswer.parse({ tool: inner.name, version: inner.version, state: 'clean' });
      const answer = goVersion() === null ? null : await inner.scan(request);
      return answer ?? ToolAnswer.parse({ tool: inner.name, version: inner.version, state: 'missing', why: 'there is no Go toolchain on the PATH', install: 'Go from your distribution or its own site' });
    },
  };
}
