/**
 * T03, T04, T13: what an agent can read, carry out and pass on from inside its sandbox, played by programs that try. Random tokens are planted; where they turn up is what counts.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insistOnSeparateBuilders } from '../../app/agents/duties.ts';
import { runBuild } from '../../app/agents/builder.ts';
import { base, input, models, right, silent } from '../../app/agents/builder/builds.fixture.ts';
import { findEncoded } from '../../app/core/canary.ts';
import type { AgentResult } from '../../app/core/ports/agent-cli.ts';
import { textFile } from '../../app/core/tree.ts';
import { openAgents, type AgentWorld } from '../world/agents.ts';
import { describeWith } from '../tools.ts';

let world: AgentWorld;
beforeAll(async () => {
  world = await openAgents();
  world.models.script.text({ role: 'builder', family: 'anthropic', text: 'Done.' });
});
afterAll(() => world.close());

const canary = () => randomBytes(16).toString('hex');
const never = { ask: () => Promise.reject(new Error('not here')) };
let jobs = 0;
const grant = () => world.grant(`attack-${jobs += 1}`, 'anthropic', models.anthropic);

/** Everything that this uid can read, as text. */
const loot = `
const seen = [JSON.stringify(process.env), prompt];
const read = (path) => { try { const info = fs.lstatSync(path); if (info.isDirectory()) { for (const name of fs.readdirSync(path)) { seen.push(path + '/' + name); read(path + '/' + name); } } else if (info.isFile() && info.size < 200000) seen.push(fs.readFileSync(path, 'utf8')); } catch {} };
for (const path of ['/work', '/tmp', '/root', '/home', '/run', '/var', '/etc', '/opt/agent', '/dev/shm']) read(path);
for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$|^self$/.test(name))) for (const file of ['environ', 'cmdline', 'maps', 'cwd', 'root']) read('/proc/' + pid + '/' + file), (() => { try { seen.push(fs.readFileSync('/proc/' + pid + '/' + file, 'utf8')); } catch {} })();
`;

/** One run whose program ends by writing what it saw into a file. */
async function looted(given: { prompt: string; files?: Record<string, string>; before?: string; also?: string; token?: ReturnType<typeof grant> }): Promise<{ result: AgentResult; seen: string }> {
  const cli = world.standIn(`await (await ask()).text(); ${given.before ?? ''} ${loot} ${given.also ?? ''} fs.writeFileSync('seen.txt', seen.join('\\n').split(key).join('THE-KEY').slice(0, 1900000));`, given.token ?? grant());
  const tree = Object.fromEntries(Object.entries(given.files ?? {}).map(([path, text]) => [path, textFile(text)]));
  const result = await cli.run({ prompt: `You are the builder of Assay. ${given.prompt}`, model: models.anthropic, tree, wallMs: 60_000 });
  return { result, seen: result.tree['seen.txt']?.content ?? '' };
}

describeWith(['util-linux'], 'an agent in its sandbox that is against us', () => {
  it('T03 reads every process, folder and variable it can: no key of a vendor, no token of the job, nothing of the App', async () => {
    const planted = canary();
    process.env.ASSAY_T03_PLANTED = planted;
    const token = grant();
    const { seen, result } = await looted({ prompt: 'Go.', token });
    delete process.env.ASSAY_T03_PLANTED;
    expect(result.exit).toBe(0);
    expect(seen).toContain('THE-KEY');
    for (const secret of [world.vendorKey, token.token, planted]) expect(findEncoded(seen, secret)).toBeNull();
  });

  it('T03 the network is the gateway\'s requests for an answer and nothing else', async () => {
    const also = `
      const tries = { account: await post('/account', {}).then((r) => r.status), progress: await fetch(url + '/progress').then((r) => r.status), other: await post('/v1/files', {}).then((r) => r.status), wrongKey: await post('/v1/messages', {}, { 'x-api-key': 'guess' }).then((r) => r.status),
        traversal: await post('/../model', { role: 'planner' }).then((r) => r.status), out: await fetch('http://192.0.2.1/', { signal: AbortSignal.timeout(3000) }).then(() => 'reached', () => 'refused') };
      seen.length = 0; seen.push(JSON.stringify(tries));`;
    const { seen } = await looted({ prompt: 'Go.', also });
    expect(JSON.parse(seen)).toEqual({ account: 400, progress: 403, other: 400, wrongKey: 403, traversal: expect.toBeOneOf([400, 404]), out: 'refused' });
  });

  it('T03 tools that the vendor would carry out itself are taken out of the request', async () => {
    const before = world.models.journal().length;
    await looted({ prompt: 'Go.', also: "await (await ask(prompt, { tools: [{ type: 'web_search_20250305', name: 'web_search' }, { name: 'mine', input_schema: { type: 'object' } }], mcp_servers: [{ type: 'url', url: 'https://x.example' }] })).text(); seen.length = 0;" });
    const sent = world.models.journal().slice(before).at(-1)!.body;
    expect([sent.tools, sent.mcp_servers]).toEqual([[{ name: 'mine', input_schema: { type: 'object' } }], undefined]);
  });

  const disguises: [string, string][] = [
    ['as it is', 'key'], ['as base64', "Buffer.from(key).toString('base64')"], ['as base64 after a few letters', "Buffer.from('id=' + key).toString('base64')"], ['backwards', "[...key].reverse().join('')"], ['as hex', "Buffer.from(key).toString('hex')"],
    ['letter by letter', "[...key].join(' ')"], ['with zero-width characters', "[...key].join(String.fromCharCode(0x200b))"], ['in two halves, the first letters cut off', "key.slice(7, 20) + '|' + key.slice(20)"],
  ];
  it.each(disguises)('T04 its key in a file %s: SECRET_IN_OUTPUT, and nothing of the run is taken', async (_how, expression) => {
    const cli = world.standIn(`await (await ask()).text(); fs.writeFileSync('src/discount.mjs', ${JSON.stringify(right)} + '// ' + (${expression}) + '\\n'); submit();`, grant());
    const output = await runBuild(input('anthropic', { via: 'cli', testCommand: ['node', 'test/discount.test.mjs'] }), { models: never, sandbox: world.sandbox, log: silent, agentCli: () => cli });
    expect(output).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/^SECRET_IN_OUTPUT: /), candidate: null });
  });

  it('T04 a key that got out opens nothing: the run\'s is good on its socket alone, the job\'s dies with the job', async () => {
    const token = grant();
    let key = '';
    const cli = world.standIn("await (await ask()).text(); fs.writeFileSync('half.txt', [key.slice(0, 9), key.slice(9, 18), key.slice(18)].map((part) => [...part].map((c) => c.charCodeAt(0) + 1).join(',')).join('\\n'));", token);
    const result = await cli.run({ prompt: 'You are the builder of Assay.', model: models.anthropic, tree: {}, wallMs: 60_000 });
    key = result.tree['half.txt']!.content.split('\n').map((part) => String.fromCharCode(...part.split(',').map((code) => Number(code) - 1))).join('');
    expect(key).toMatch(/^run-/);
    const at = token.url.replace(/\/model$/, '/wire/v1/messages');
    expect((await fetch(at, { method: 'POST', headers: { 'x-api-key': key }, body: '{}' })).status).toBe(401);
    world.gateway.revoke(`attack-${jobs}`);
    expect((await fetch(at, { method: 'POST', headers: { 'x-api-key': token.token }, body: '{}' })).status).toBe(401);
  });

  it('T13 two builders side by side: what was planted with one is nowhere with the other', async () => {
    const plants = () => ({ file: canary(), prompt: canary(), note: canary() });
    const [first, second] = [plants(), plants()];
    const note = (mine: { note: string }) => `for (const path of ['/tmp/note', '/work/home/note', '/dev/shm/note', '/var/tmp/note', '/opt/agent/note']) { try { fs.writeFileSync(path, '${mine.note}'); } catch {} } `;
    const tell = `await (await ask(seen.join('\\n').split(key).join('').slice(0, 200000))).text();`;
    const before = world.purse.log.length;
    const tokens = [grant(), grant()] as const;
    const run = (mine: ReturnType<typeof plants>, token: ReturnType<typeof grant>) => looted({ prompt: `Secret ${mine.prompt}.`, files: { 'src/a.mjs': `// ${mine.file}\n` }, before: note(mine), also: tell, token });
    const [a, b] = await Promise.all([run(first, tokens[0]), run(second, tokens[1])]);
    const logs = world.purse.log.slice(before);
    const of = (job: number, { seen, result }: typeof a) => JSON.stringify([seen, result, logs.filter((entry) => entry.job === `attack-${job}`)]);
    const [ofA, ofB] = [of(jobs - 1, a), of(jobs, b)];
    for (const mine of Object.values(first)) expect([ofA.includes(mine), findEncoded(ofB, mine)]).toEqual([true, null]);
    for (const mine of Object.values(second)) expect([ofB.includes(mine), findEncoded(ofA, mine)]).toEqual([true, null]);
  });

  it('T13 a builder whose input names another one is not started', () => {
    const one = input('anthropic', { candidateId: 'anthropic-1' });
    const other = { ...input('openai', { candidateId: 'openai-1' }), spec: { ...input('openai').spec, text: 'See the branch of anthropic-1.' } };
    const without = ({ base: _, ...rest }: ReturnType<typeof input>) => rest;
    expect(() => insistOnSeparateBuilders([without(one), without(other)])).toThrow(expect.objectContaining({ code: 'DUTIES_CONFLICT' }));
    expect(() => insistOnSeparateBuilders([without(one), without(input('openai', { candidateId: 'openai-1' }))])).not.toThrow();
    expect(Object.keys(base)).not.toContain('anthropic-1');
  });

  it('T13 nothing of a run is left for the next one', async () => {
    const mine = canary();
    await looted({ prompt: 'Go.', also: `for (const path of ['/tmp/x', '/work/home/x', '/work/repo/x', '/dev/shm/x']) fs.writeFileSync(path, '${mine}'); seen.length = 0;` });
    const { seen } = await looted({ prompt: 'Go.' });
    expect(findEncoded(seen, mine)).toBeNull();
  });
});

