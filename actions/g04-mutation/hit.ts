/** One fault in one test file, and one test with what it asserts, before they become findings. */
export interface Hit {
  code: 'TEST_DISABLED' | 'TEST_FOCUSED' | 'TEST_COMMENTED_OUT' | 'ASSERTION_FREE' | 'EXPECT_WITHOUT_MATCHER' | 'ASSERTION_UNAWAITED' | 'ASSERTION_CONDITIONAL';
  startLine: number;
  endLine: number;
  name: string;
  severity?: 'low' | 'info';
}

/** A test as it stands in one version of a file. `asserts` are the texts of its assertions in order. */
export interface TestFact {
  title: string;
  startLine: number;
  endLine: number;
  asserts: string[];
}

export interface FileFacts {
  hits: Hit[];
  tests: TestFact[];
}

/** What a test file may be asked about others: the text behind a module it imports, or null where that is not in the repository. */
export type ReadModule = (specifier: string) => string | null;
