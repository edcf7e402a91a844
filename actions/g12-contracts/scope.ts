/** Files that are not held to what the repository has: fixtures and examples import what is not there on purpose, templates are filled in first, builds are somebody's output. */
const elsewhere = /(^|\/)(fixtures?|__fixtures__|testdata|templates?|node_modules|vendor|site-packages|dist|build|examples?|cases|corpora)\//i;

export function isOwnCode(path: string): boolean {
  return !elsewhere.test(path) && !/\.min\.[cm]?js$/.test(path);
}
