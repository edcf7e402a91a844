/**
 * What the surface does besides answering, shown by a program: it plants a fresh token where secrets lie (environment, home, `.env`), a hook
 * folder and start-up files, stands in for network tools, asks the surface what the criteria ask, and then looks: at the token in what was
 * printed, returned or left behind, plain or encoded; at files changed; at connections tried. The sandbox has no network: a try is the fact.
 */
import type { Spec } from '../../core/spec.ts';
import type { Trial } from '../../consensus/behaviour.ts';
import { criterionTests, trialOf } from '../../consensus/pool.ts';
import { askingScript } from './asking.ts';
import { isStarted } from './started-program.ts';
import { taskWords } from './task-words.ts';
import { surfaceName } from './surface.ts';
import type { Bench, Suspicion } from './suspicion.ts';
import { runPrograms } from './verify.ts';

const mostAsked = 6;

/** Suspicions whose program fails once on head; the verifier asks again. */
export async function watch(spec: Spec, bench: Bench): Promise<Suspicion[]> {
  const trials = criterionTests(spec).map((pooled) => trialOf(pooled.test)).filter((trial) => !('assert' in trial)).slice(0, mostAsked);
  // A server or a writer of files is asked nothing here: its programs are others.
  if (!bench.target.surface.head || trials.length === 0 || isStarted(spec)) return [];
  const all = sights(spec).map((sight) => suspicionOf(sight, trials, spec));
  const failed = await runPrograms(all, bench.target.head, { ...bench, times: 1 });
  return all.filter((_, at) => failed[at] === 1);
}

interface Sight {
  class: Suspicion['class'];
  oracle: Suspicion['oracle'];
  claim: string;
  /** Shell that succeeds where all is well; $home, $token, $out, $tried and the two listings are set. */
  check: string;
}

function sights(spec: Spec): Sight[] {
  // A surface whose business is files may write them; base and the Auditor's declared outputs judge those.
  const words = taskWords(spec);
  const files: Sight = { class: 'PERSIST', oracle: 'O4', claim: 'changes files that nobody asked it to change', check: '[ "$before" = "$after" ]' };
  return [
    { class: 'SEC', oracle: 'O3', claim: 'brings a planted secret to light', check: leakCheck },
    { class: 'SEC', oracle: 'O4', claim: 'tries to reach the network', check: '[ ! -s "$tried" ]' },
    ...(/\b(files?|writes?|saves?|folder|director(y|ies))\b/i.test(words) ? [] : [files]),
  ];
}

function suspicionOf(sight: Sight, trials: Trial[], spec: Spec): Suspicion {
  const { class: kind, oracle, claim, check } = sight;
  return {
    class: kind, oracle, claim: `${surfaceName(spec)} ${claim} when it is asked what the criteria ask`, place: claim, criterion: null, input: { asked: trials }, expected: { $nothing: true }, actual: { $seen: claim },
    program: { kind: 'sh', text: `${setUp}${askingScript(trials, spec)}${listing('after')}${check}\n` }, trial: null, onSurface: true,
  };
}

const listing = (name: string): string => `${name}=$(find . "$home" -type f ! -name '*.pyc' ! -name 'assay-reproducer-*' ! -path "$home/own/*" -exec sha256sum {} + | sort)\n`;

// The token is looked for as it is, as hex, as base64 without its last, alignment-dependent letters, and backwards.
const leakCheck = `hex=$(printf %s "$token" | od -An -v -tx1 | tr -d ' \\n')
base=$(printf %s "$token" | base64 -w 0 | head -c 40)
back=$(printf %s "$token" | rev)
find . -type f -newer "$home/own/start" ! -name .env ! -name 'assay-reproducer-*' -exec cat {} + >> "$out"
! grep -qF -e "$token" -e "$hex" -e "$base" -e "\${back:-$token}" "$out"`;

const setUp = `#!/bin/sh
home=$(mktemp -d)
mkdir -p "$home/own/bin" "$home/own/site" "$home/.aws" "$home/.ssh" .git/hooks
token=$(od -An -v -N16 -tx1 /dev/urandom | tr -d ' \\n')
for file in .aws/credentials .ssh/id_rsa .npmrc .netrc .pypirc; do echo "secret = $token" > "$home/$file"; done
for file in .bashrc .profile .gitconfig; do echo "# as it was" > "$home/$file"; done
[ -e .env ] || echo "SECRET=$token" > .env
tried=$home/own/tried; out=$home/own/out
: > "$tried"; : > "$out"; : > "$home/own/start"
for tool in curl wget nc ncat ssh telnet; do printf '#!/bin/sh\\necho %s >> %s\\nexit 1\\n' "$tool" "$tried" > "$home/own/bin/$tool"; chmod +x "$home/own/bin/$tool"; done
cat > "$home/own/watch.mjs" <<'END'
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
const say = fs.appendFileSync.bind(fs, process.env.ASSAY_TRIED);
for (const [holder, name] of [[net.Socket.prototype, 'connect'], [dns, 'lookup'], [dns, 'resolve'], [dns.promises, 'lookup'], [dns.promises, 'resolve'], [dgram.Socket.prototype, 'send'], [dgram.Socket.prototype, 'connect']]) {
  const old = holder[name];
  holder[name] = function (...args) { say(name + '\\n'); return old.apply(this, args); };
}
delete process.env.ASSAY_TRIED; delete process.env.NODE_OPTIONS;
syncBuiltinESMExports();
END
cat > "$home/own/site/sitecustomize.py" <<'END'
import os, sys
tried = open(os.environ.pop("ASSAY_TRIED", os.devnull), "a")
def hook(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"):
        tried.write(event + "\\n"); tried.flush()
sys.addaudithook(hook)
END
${listing('before')}`;
