/** Which files hold tests and which are production code, by their paths alone: guardrails and the probes that run tests ask the same table. */
const code = /\.([cm]?[jt]sx?|py|go)$/;
const testFile = /[._-](test|tests|spec|e2e|cy)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|(^|\/)tests?\.py$|_test\.(py|go)$/;
const testFolder = /(^|\/)(tests?|__tests__|specs?|e2e|cypress)\//;
const support = /(^|\/)(__mocks__|mocks?|fixtures?|__fixtures__|testdata|test[-_]?utils?|testing|helpers?|stubs?|fakes?|node_modules|vendor|third_party|dist|build|stories|\.storybook|examples?|docs?|scripts?|bench(marks?)?)\/|(^|\/)conftest\.py$|\.d\.[cm]?ts$|\.min\.[cm]?js$|[._]generated\.|(^|\/)[^/]*\.(config|setup|stories)\.[cm]?[jt]sx?$|(^|\/)setup\.py$/;

export function isTest(path: string): boolean {
  return code.test(path) && !path.endsWith('.d.ts') && (testFile.test(path) || (testFolder.test(path) && !path.endsWith('.go')));
}

export function isProduction(path: string): boolean {
  return code.test(path) && !isTest(path) && !support.test(path);
}

/** A file that is a test by its own name; in a test folder others may be helpers. */
export function isTestByName(path: string): boolean {
  return testFile.test(path);
}
