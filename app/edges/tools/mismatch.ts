/** The one refusal that every source shares: the bytes are not those that the lock names. */
import { AssayError } from '../../core/errors.ts';
import type { Tool } from './lock.ts';

export function mismatch(tool: Tool, got: string): AssayError {
  return new AssayError('TOOL_DIGEST_MISMATCH', `${tool.package} ${tool.version} is not what deps/tools.lock names (got ${got}). Nothing was installed.`, { remedy: 'Do not use it. Compare with the project\'s own announcement before changing the lock.' });
}
