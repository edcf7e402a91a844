/** One breach in one file, before it becomes a finding. */
export interface Hit {
  code: 'EMPTY_CATCH' | 'BARE_EXCEPT' | 'ERROR_LOST' | 'FLOATING_PROMISE' | 'FUNCTION_TOO_LONG' | 'FUNCTION_TOO_COMPLEX' | 'TOO_MANY_PARAMETERS' | 'FILE_TOO_LONG';
  startLine: number;
  endLine: number;
  values: Record<string, string | number>;
  severity?: 'info';
}
