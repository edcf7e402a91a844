/**
 * Reads a request's body with a bound on one body and on all bodies together, so that strangers cannot fill the memory before a signature
 * is checked. What is too large is refused from its Content-Length already; what lies about its length as soon as it passes the bound.
 */
import type { IncomingMessage } from 'node:http';
import { AssayError } from '../core/errors.ts';

/** GitHub never delivers more than this. */
export const maxBodyBytes = 25 * 1024 * 1024;
/** All bodies being read at a time; GitHub redelivers what is put off. */
const maxPendingBytes = 4 * maxBodyBytes;

export interface BodyReader {
  /** Throws BODY_TOO_LARGE | INGEST_BUSY | BODY_INCOMPLETE. */
  read(request: IncomingMessage, deadlineMs: number): Promise<Buffer>;
}

export function createBodyReader(): BodyReader {
  let pending = 0;
  return {
    async read(request, deadlineMs) {
      if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
      const chunks: Buffer[] = [];
      let size = 0;
      const late = setTimeout(() => request.destroy(), deadlineMs);
      try {
        for await (const chunk of request.iterator({ destroyOnReturn: false })) {
          size += (chunk as Buffer).length;
          pending += (chunk as Buffer).length;
          if (size > maxBodyBytes) throw tooLarge();
          if (pending > maxPendingBytes) throw busy();
          chunks.push(chunk as Buffer);
        }
        return Buffer.concat(chunks, size);
      } catch (thrown) {
        throw thrown instanceof AssayError ? thrown : incomplete(thrown);
      } finally {
        clearTimeout(late);
        pending -= size;
      }
    },
  };
}

function tooLarge(): AssayError {
  return new AssayError('BODY_TOO_LARGE', `a delivery has at most ${maxBodyBytes} bytes`, { remedy: 'GitHub never sends more; the sweep reads from GitHub what a delivery could not carry.' });
}

function busy(): AssayError {
  return new AssayError('INGEST_BUSY', 'too many bytes are being received at once', { remedy: 'Send it again in a moment.' });
}

function incomplete(cause: unknown): AssayError {
  return new AssayError('BODY_INCOMPLETE', 'the body ended early or came too slowly', { remedy: 'Send it again.', cause });
}
