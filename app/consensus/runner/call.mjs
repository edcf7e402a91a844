// Calls one function of a candidate once, for what it writes: {"module", "export", "args"} as JSON on stdin. Its answer is not read.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const loaded = await import(pathToFileURL(job.module).href);
const [head, method] = job.export.split('.');
const found = loaded[head] ?? loaded.default?.[head] ?? (loaded.default?.name === head ? loaded.default : undefined);
const self = method && typeof found === 'function' && typeof found[method] !== 'function' ? new found() : found;
await (method ? self[method](...job.args) : found(...job.args));
