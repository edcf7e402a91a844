/** A witness of logs on loopback, by the C2SP protocol tlog-witness: it signs a checkpoint only after the proof that the log grew from what it signed last. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { consistencyHolds } from '../../app/core/merkle/verify.ts';
import { parseCheckpoint } from '../../app/core/transparency/checkpoint.ts';
import { keyIdOf, noteKeyTypes, noteOf, verifierKeyText, type VerifierKey } from '../../app/core/transparency/note.ts';
import { openNote } from '../../app/edges/note.ts';

export interface WitnessWorld {
  url: string;
  /** Of the witness itself. */
  verifierKey: string;
  trust(key: VerifierKey): void;
  /** What it signed last, per log. */
  seen: Map<string, { size: number; root: Uint8Array }>;
  answered: number[];
  stop(): Promise<void>;
}

export async function startWitness(name = 'witness.example'): Promise<WitnessWorld> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const own = { name, type: noteKeyTypes.cosignature, key: new Uint8Array(Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url')) };
  const keyId = keyIdOf(own);
  const logs: VerifierKey[] = [];
  const seen: WitnessWorld['seen'] = new Map();
  const answered: number[] = [];

  function answer(body: string): { status: number; text: string } {
    const [, old, lines = '', note = ''] = /^old (\d+)\n((?:[A-Za-z0-9+/]{43}=\n)*)\n([\s\S]+)$/.exec(body) ?? [];
    if (old === undefined) return { status: 400, text: 'malformed' };
    let text: string;
    try { ({ text } = openNote(note, logs)); } catch { return { status: 403, text: 'unknown log' }; }
    const { origin, size, root } = parseCheckpoint(text);
    const last = seen.get(origin) ?? { size: 0, root: new Uint8Array() };
    if (Number(old) !== last.size) return { status: 409, text: `${last.size}\n` };
    const proof = lines.split('\n').filter((line) => line !== '').map((line) => Buffer.from(line, 'base64'));
    const grew = last.size === 0 ? proof.length === 0 : consistencyHolds({ from: BigInt(last.size), to: BigInt(size), before: last.root, after: root, proof });
    if (!grew) return { status: 422, text: 'the proof does not hold' };
    seen.set(origin, { size, root });
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)));
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`), privateKey);
    return { status: 200, text: noteOf({ text: '', signatures: [{ name, keyId, bytes: Buffer.concat([time, signature]) }] }).slice(1) };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const { status, text } = request.url === '/add-checkpoint' && request.method === 'POST' ? answer(Buffer.concat(chunks).toString('utf8')) : { status: 404, text: '' };
      answered.push(status);
      response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`, verifierKey: verifierKeyText({ ...own, keyId }), seen, answered,
    trust: (key) => { logs.push(key); },
    stop: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}
