/**
 * Circumstances that no right program depends on: clock, time zone, language, host, user, processors, process ids, hash seed, working folder, order of files. A sandbox
 * under a condition runs what it is given as ever, but somewhere else and at another time; what then answers otherwise is not reproducible.
 */
import type { Sandbox, SandboxRequest } from '../core/ports/sandbox.ts';

export interface Condition {
  name: string;
  zone: string;
  language: string;
  hashSeed: number;
  /** Added to the clock, in ms. */
  clockMs: number;
  host: string;
  user: string;
  uid: number;
  cpus: number;
  /** Added to process ids. */
  pid: number;
  /** How the entries of a folder are told. */
  order: 'backwards' | 'forwards' | 'turned';
}

const day = 86_400_000;

/** Apart from each other and from the ordinary run in everything, with odd steps, so that no remainder hides a difference. */
export const conditions: readonly [Condition, Condition, Condition] = [
  { name: 'in Newfoundland, 400 days on', zone: 'America/St_Johns', language: 'de_DE.UTF-8', hashSeed: 4243, clockMs: 400 * day + 40_507_013, host: 'auditor-one', user: 'ada', uid: 1001, cpus: 3, pid: 1001, order: 'backwards' },
  { name: 'on Kiritimati, 901 days ago', zone: 'Pacific/Kiritimati', language: 'tr_TR.UTF-8', hashSeed: 31337, clockMs: -901 * day - 7_201_009, host: 'second-auditor', user: 'grace', uid: 1502, cpus: 7, pid: 5002, order: 'forwards' },
  { name: 'on Chatham, 33 years on', zone: 'Pacific/Chatham', language: 'C', hashSeed: 77, clockMs: 12_053 * day + 3_605_023, host: 'h3', user: 'l', uid: 2007, cpus: 16, pid: 20_004, order: 'turned' },
];

/** The same sandbox, elsewhere. */
export function under(sandbox: Sandbox, condition: Condition): Sandbox {
  return { grade: sandbox.grade, run: (request) => sandbox.run(moved(request, condition)) };
}

/** The folder is copied inside of the sandbox and the program started there: path and file system are other ones. */
function moved(request: SandboxRequest, condition: Condition): SandboxRequest {
  const { zone, language, hashSeed, user, ...told } = condition;
  const folder = `/tmp/${condition.host}/tree`;
  return {
    ...request,
    argv: ['/bin/sh', '-c', `mkdir -p ${folder} && ls -A | sort -r | while IFS= read -r each; do cp -a -- "$each" ${folder}/ || exit 1; done && cd ${folder} && exec "$@"`, 'sh', ...request.argv],
    env: { ...request.env, TZ: zone, LANG: language, LC_ALL: language, PYTHONHASHSEED: String(hashSeed), USER: user, LOGNAME: user, HOME: `/tmp/${condition.host}`, ASSAY_CONDITIONS: JSON.stringify({ ...told, user }) },
  };
}
