/** `host/repository:tag` in its parts, by the rules of the distribution specification. */
import { AssayError } from '../errors.ts';

export interface ImageReference {
  host: string;
  repository: string;
  tag: string;
}

/** Whether this names one image by tag, or by no tag. */
export function isPlainName(image: string): boolean {
  try {
    return parseReference(image).repository !== '';
  } catch (thrown) {
    if (thrown instanceof AssayError) return false;
    throw thrown;
  }
}

const remedy = 'Write it as host/repository:tag, without a digest.';

export function parseReference(image: string): ImageReference {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hosted = /[.:]/.test(first) || first === 'localhost';
  const host = hosted ? first : 'docker.io';
  const [repository = '', tag = 'latest', ...rest] = (hosted ? image.slice(slash + 1) : image).split(':');
  const plain = /^[a-z0-9]+(?:[._/-]{1,3}[a-z0-9]+){0,40}$/.test(repository) && /^\w[\w.-]{0,127}$/.test(tag) && /^[a-z0-9.-]{1,200}(:\d{1,5})?$/i.test(host);
  if (!plain || rest.length > 0) throw new AssayError('IMAGE_REFERENCE_INVALID', `"${image.slice(0, 200)}" names no image by tag`, { remedy });
  return { host, repository: host === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository, tag };
}
