/** Where placeholders are at home: tests, fixtures, mocks, stories, declarations, generated and vendored files. Everything else is production. */
const folders = /(^|\/)(tests?|__tests__|specs?|__mocks__|mocks?|fakes?|stubs?|fixtures?|__fixtures__|testdata|test[-_]?utils?|testing|e2e|cypress|stories|\.storybook|node_modules|vendor|third_party|dist|typings|recordings)\//i;
const files = /([._-](test|tests|spec|stories|story|mock|mocks|fixture|e2e|cy|bench)\.[^/]+$)|(^|\/)(test_[^/]*|conftest|tests)\.py$|_test\.(py|go)$|\.d\.[cm]?ts$|\.pyi$|\.min\.[cm]?js$|[._]generated\.|\.pb\.go$|_pb2(_grpc)?\.py$|(^|\/)(jest|vitest|playwright|cypress)\.(config|setup)\./i;

export function isProduction(path: string): boolean {
  return !folders.test(path) && !files.test(path);
}
