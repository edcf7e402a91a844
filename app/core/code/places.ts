/** Which code ships. Tests, fixtures, examples and documentation do not; built, vendored and minified code is judged where it is written. */
const folders = /(^|\/)(tests?|__tests__|specs?|__mocks__|mocks?|fixtures?|__fixtures__|testdata|test[-_]?utils?|testing|e2e|cypress|stories|\.storybook|examples?|samples?|demos?|docs?|bench(marks?)?|recordings|node_modules|vendor|third_party|dist)\//i;
const files = /([._-](test|tests|spec|stories|fixture|e2e|cy|bench|play)\.[^/]+$)|(^|\/)(test_[^/]*|conftest|tests)\.py$|_test\.(py|go)$|\.min\.[cm]?js$/i;

export function isShipped(path: string): boolean {
  return !folders.test(path) && !files.test(path);
}
