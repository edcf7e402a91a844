// Other circumstances for the programs that this process runs: clock, host, user, processors, process ids, order of folders. Used by an
// audit alone, which tells them in the environment; without them this module does nothing.
import fs from 'node:fs';
import os from 'node:os';
import vm from 'node:vm';
import { syncBuiltinESMExports } from 'node:module';

const told = process.env.ASSAY_CONDITIONS;
delete process.env.ASSAY_CONDITIONS;
if (told !== undefined) delete process.env.NODE_OPTIONS;

/** As source, because every realm has a Date of its own. */
function shiftedDate(ms) {
  return `{
  const Real = Date;
  const now = () => Real.now() + ${ms};
  const Shifted = new Proxy(Real, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made === Shifted ? target : made),
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  Real.prototype.constructor = Shifted;
  Object.defineProperty(globalThis, 'Date', { value: Shifted, writable: true, configurable: true, enumerable: false });
}`;
}

function folders(order) {
  const turned = (names) => {
    if (!Array.isArray(names) || order === 'forwards') return names;
    return order === 'backwards' ? [...names].reverse() : [...names.slice(1), ...names.slice(0, 1)];
  };
  const { readdirSync, readdir } = fs;
  const later = fs.promises.readdir;
  fs.readdirSync = (...args) => turned(readdirSync(...args));
  fs.readdir = (...args) => { const done = args.pop(); return readdir(...args, (error, names) => done(error, turned(names))); };
  fs.promises.readdir = async (...args) => turned(await later(...args));
}

function machine({ host, user, cpus, pid, uid }) {
  const one = os.cpus()[0] ?? { model: 'unknown', speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } };
  Object.assign(os, {
    hostname: () => host, availableParallelism: () => cpus, cpus: () => Array.from({ length: cpus }, () => one), uptime: () => 1000 * cpus + 7, loadavg: () => [cpus / 3, cpus / 5, cpus / 7],
    freemem: () => 2 ** 30 * cpus + 4096, totalmem: () => 2 ** 32 * cpus, userInfo: () => ({ uid, gid: uid, username: user, homedir: `/home/${user}`, shell: null }),
  });
  for (const [name, value] of Object.entries({ pid: process.pid + pid, ppid: process.ppid + pid })) Object.defineProperty(process, name, { value });
  process.getuid = process.geteuid = process.getgid = process.getegid = () => uid;
}

if (told !== undefined) {
  const conditions = JSON.parse(told);
  const { createContext } = vm;
  const date = shiftedDate(conditions.clockMs);
  machine(conditions);
  folders(conditions.order);
  vm.createContext = (...args) => { const context = createContext(...args); vm.runInContext(date, context); return context; };
  vm.runInThisContext(date);
  syncBuiltinESMExports();
}
