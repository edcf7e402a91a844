/** Programs that stand where the locked tools would be installed, for what a real one does not do on demand. Each test file has a home of its own. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { folderOf, readLock, sealFile, sealOf, toolNamed } from '../tools/lock.ts';

export interface StandIns {
  /** The folder that ASSAY_TOOLS names meanwhile. */
  home(): string;
  /** Puts a shell script where the tool's first program belongs. */
  install(name: string, body: string): void;
}

export function standIns(): StandIns {
  const before = process.env.ASSAY_TOOLS;
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'assay-stand-ins-'));
    process.env.ASSAY_TOOLS = home;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.ASSAY_TOOLS;
    else process.env.ASSAY_TOOLS = before;
    await rm(home, { recursive: true, force: true });
  });
  return {
    home: () => home,
    install(name, body) {
      const tool = toolNamed(name, readLock());
      const program = join(folderOf(tool, home), 'bin', tool.programs[0]!);
      mkdirSync(join(program, '..'), { recursive: true });
      writeFileSync(program, `#!/bin/sh\n${body}\n`);
      chmodSync(program, 0o755);
      writeFileSync(sealFile(folderOf(tool, home)), sealOf(tool));
    },
  };
}
