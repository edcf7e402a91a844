/** Proves a variant before anyone relies on it: really runs a small hostile program and checks that every wall stood. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problemOf } from '../../core/errors.ts';
import { MIB, type SandboxRequest, type SandboxResult } from '../../core/ports/sandbox.ts';
import type { Variant } from './launcher.ts';

/** Each line prints a word where a wall is missing; the last word says that the program came to its end. */
const hostile = [
  '[ "$(id -u)" = 65534 ] || echo uid', '[ -z "$(grep -v -e lo: -e "|" /proc/net/dev)" ] || echo network',
  'tr "\\0" "\\n" < /proc/1/environ | grep -q -v -e "^PATH=" -e "^HOME=" -e "^TMPDIR=" -e "^LANG=" -e "^TZ=" -e "^PWD=" && echo environment',
  '(: > /outside) 2>/dev/null && echo root', '(: > /usr/outside) 2>/dev/null && echo usr', '[ -e /etc/passwd ] && echo etc',
  'unshare --user true 2>/dev/null && echo nested',
  '[ -w /proc/sys/kernel/core_pattern ] && echo sysctl', // only asked: a probe must not do the harm it looks for
  'head -c 3000000 /dev/zero > /work/big 2>/dev/null', 'echo end', '(for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do sleep 5 & done; echo forks) 2>/dev/null',
].join('\n');

const limits: SandboxRequest['limits'] = { wallMs: 5000, cpuMs: 3000, memoryBytes: 64 * MIB, processes: 8, fileBytes: MIB, outputBytes: 65_536 };

/** Null where the variant holds, else why not, in words. */
export async function probe(variant: Variant, run: (variant: Variant, request: SandboxRequest) => Promise<SandboxResult>): Promise<string | null> {
  const workdir = await mkdtemp(join(variant.scratch, 'probe-'));
  try {
    const walls = await run(variant, { argv: ['/bin/sh', '-c', hostile], workdir, limits });
    const words = walls.stdout.toString('utf8').trim().split('\n').filter((word) => word !== 'end');
    if (words.some((word) => word !== '')) return `not contained: ${words.join(', ')}`;
    if (!walls.stdout.includes('end')) return `the probe did not finish: ${walls.stderr.toString('utf8').slice(-300)}`;
    if ((await stat(join(workdir, 'big'))).size > MIB) return 'not contained: file size';
    const memory = await run(variant, { argv: ['/bin/sh', '-c', 'head -c 134217728 /dev/zero | tail -c 134217728 | { sleep 1; wc -c; }'], workdir, limits });
    return memory.stdout.includes('134217728') ? 'not contained: memory' : null;
  } catch (thrown) {
    return problemOf(thrown).message;
  } finally {
    await rm(workdir, { recursive: true, force: true });
  }
}
