/**
 * A witness of the audit log, by the C2SP protocol tlog-witness: it is sent each checkpoint with the proof that the log only grew since the one it signed last, and
 * answers with its own signature. Only https, or http on the loopback.
 */
import { AssayError } from '../core/errors.ts';
import type { Witness } from '../core/ports/notary.ts';

const timeoutMs = 10_000;
const maxAnswer = 10_000;

export function openWitness(url: string): Witness {
  const address = addressOf(url);
  return {
    async cosign({ note, old, proof }) {
      const body = `old ${old}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note}`;
      const response = await sent(address, body);
      const text = (await response.text()).slice(0, maxAnswer);
      if (response.status === 409) throw refusal('WITNESS_CONFLICT', `it signed ${Number.parseInt(text, 10) || 0} entries last, this log knows of ${old}`, 'Two logs use one name, or the store was restored from an older backup.');
      if (response.status !== 200 || !/^(\u2014 \S+ \S+\n)+$/.test(text)) throw refusal('WITNESS_REFUSED', `it answered ${response.status}`, 'Ask who runs it whether it knows this log and its key.');
      return text;
    },
  };
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(`${url.replace(/\/+$/, '')}/add-checkpoint`) : null;
  if (address && (address.protocol === 'https:' || /^(127\.0\.0\.1|localhost|\[::1\])$/.test(address.hostname))) return address;
  throw new AssayError('CONFIG_WITNESS', `"${url.slice(0, 200)}" is no https address`, { remedy: 'Set ASSAY_AUDIT_WITNESS to the submission prefix of a witness.' });
}

async function sent(address: URL, body: string): Promise<Response> {
  try {
    return await fetch(address, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new AssayError('WITNESS_UNREACHABLE', `${address.host} does not answer`, { remedy: 'Nothing is lost: the next checkpoint is sent to it again.', cause });
  }
}

function refusal(code: string, message: string, remedy: string): AssayError {
  return new AssayError(code, `the witness did not sign: ${message}`, { remedy });
}
