/** The texts of many blobs in one query, each under an alias of its own. */
import { z } from 'zod';
import { AssayError } from '../../../core/errors.ts';

export function blobsQuery(shas: readonly string[]): string {
  const wrong = shas.find((sha) => !/^[0-9a-f]{40}$/.test(sha));
  if (wrong !== undefined) throw new AssayError('GITHUB_ANSWER_INVALID', `"${wrong}" is no object name`, { remedy: 'Check that GHE_HOST names a GitHub.' });
  const parts = shas.map((sha, index) => `    b${index}: object(oid: "${sha}") { ... on Blob { oid text isTruncated } }`);
  return `
query Blobs($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
${parts.join('\n')}
  }
}`;
}

const BlobNode = z.object({ oid: z.string().optional(), text: z.string().nullish(), isTruncated: z.boolean().optional() }).nullable();
export const Blobs = z.object({ repository: z.record(z.string(), BlobNode) });
