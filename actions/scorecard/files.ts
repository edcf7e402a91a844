/** Checks that look for files: licence, security policy, update tool, fuzzing, binaries. */
import { type Check, isOwn, type View } from './check.ts';

const present = (name: string, weight: number, found: boolean, what: string): Check => ({ name, weight, score: found ? 10 : 0, offenders: [], why: found ? `there is ${what}` : `there is no ${what}` });

export function licence({ paths }: View): Check {
  return present('License', 2.5, paths.some((path) => /^(\.github\/)?(LICEN[CS]E|COPYING|COPYRIGHT|UNLICENSE)([.-][^/]*)?$/i.test(path) || /^LICENSES\//.test(path)), 'licence file');
}

export function securityPolicy({ paths }: View): Check {
  return present('Security-Policy', 5, paths.some((path) => /^(\.github\/|docs\/)?SECURITY\.(md|rst|txt|adoc|markdown)$/i.test(path)), 'SECURITY file');
}

export function updateTool({ paths }: View): Check {
  return present('Dependency-Update-Tool', 7.5, paths.some((path) => /^\.github\/dependabot\.ya?ml$|^(\.github\/|\.gitlab\/)?\.?renovate(rc)?(\.json5?)?$/.test(path)), 'configuration of an update tool');
}

const propertyTests = /\bfrom\s+['"](fast-check|@fast-check\/[\w-]+)['"]|\brequire\(['"]fast-check['"]\)|^\s*(from|import) (hypothesis|atheris)\b|\bfunc Fuzz\w*\(\w+ \*testing\.F\)/m;

export function fuzzing({ paths, read }: View): Check {
  const marked = paths.some((path) => /^\.clusterfuzzlite\/|(^|\/)oss-fuzz\//.test(path));
  const found = marked || paths.some((path) => isOwn(path) && /\.([cm]?[jt]sx?|py|go)$/.test(path) && propertyTests.test(read(path) ?? ''));
  return present('Fuzzing', 5, found, 'fuzz or property test');
}

const binary = /\.(crx|deb|dex|elf|o|a|so|macho|iso|class|jar|dylib|lib|msi|dll|drv|efi|exe|ocx|pyc|pyo|par|rpm|wasm|whl|ear|war|apk)$/i;

/** One point less for each, as Scorecard counts. */
export function binaries({ paths }: View): Check {
  const offenders = paths.filter((path) => isOwn(path) && binary.test(path) && !/(^|\/)gradle-wrapper\.jar$/.test(path)).map((path) => ({ path, line: 0, key: path, why: `${path} is a program that nobody can review` }));
  return { name: 'Binary-Artifacts', weight: 7.5, score: Math.max(0, 10 - offenders.length), offenders, why: offenders[0]?.why ?? 'no binary programs' };
}
