/** Production code that people write: tests, examples, generated and vendored files follow other habits. */
const folders = /(^|\/)(tests?|__tests__|specs?|__mocks__|mocks?|fixtures?|__fixtures__|testdata|testing|e2e|cypress|stories|examples?|samples?|benchmarks?|bench|node_modules|vendor|third_party|site-packages|dist(-\w+)?|build|migrations?|generated|__generated__)\//i;
const files = /([._-](test|tests|spec|stories|story|mock|mocks|fixture|e2e|cy|bench|generated|gen)\.[^/]+$)|(^|\/)(test_[^/]*|conftest|tests)\.py$|_test\.py$|\.d\.[cm]?ts$|\.pyi$|\.min\.[cm]?js$|_pb2(_grpc)?\.py$/i;

export function isJudged(path: string): boolean {
  return !folders.test(path) && !files.test(path);
}

/** Larger texts are bundles or tables. */
const maxLength = 400_000;

/** A compiler's output is judged where it comes from. */
export function isCompiled(text: string): boolean {
  return text.length > maxLength || /\b__(esModule|createBinding|toESM|commonJS)\b|@generated\b|\bDO NOT EDIT\b/.test(text.slice(0, 1500));
}
