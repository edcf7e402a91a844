/**
 * Runs inside the sandbox: opens the one way out, a port on its own loopback that leads to the mounted socket and nowhere else, and starts the agent,
 * which inherits standard input and output. `node inside.mjs PORT PROGRAM ARGUMENT…`
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [port, program, ...args] = process.argv.slice(2);
const server = createServer((near) => {
  const far = connect('/opt/gateway.sock');
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
});
server.listen(Number(port), '127.0.0.1', () => {
  const agent = spawn(program, args, { cwd: '/work/repo', stdio: 'inherit' });
  agent.on('error', (error) => { process.stderr.write(`${error.message}\n`); process.exit(126); });
  agent.on('close', (code, signal) => process.exit(signal ? 128 + 9 : (code ?? 1)));
});
