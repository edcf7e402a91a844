/** One placeholder in one file, before it becomes a finding. */
export interface Hit {
  code: 'NOT_IMPLEMENTED' | 'EMPTY_BODY' | 'TODO_COMMENT' | 'FAKE_RETURN' | 'ELIDED_CODE' | 'MOCK_IN_PRODUCTION' | 'LOREM_IPSUM';
  startLine: number;
  endLine: number;
  values: Record<string, string>;
}
