/**
 * Which function refuses which attack (shared ids, one file and one exported or named function each). `npm run attacks:without` makes each
 * of them permissive in turn and demands that exactly its cases turn red; a control that nothing depends on is no control.
 */
export interface Control {
  file: string;
  function: string;
}

export const controls: Record<string, Control> = {
  S01: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S02: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S03: { file: 'app/edges/sandbox/script.ts', function: 'systemFolders' },
  S04: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S05: { file: 'app/edges/sandbox/cgroup.ts', function: 'createCgroup' },
  S06: { file: 'app/edges/sandbox/cgroup.ts', function: 'createCgroup' },
  S07: { file: 'app/edges/sandbox/script.ts', function: 'limited' },
  S08: { file: 'app/edges/sandbox/supervise.ts', function: 'exceeded' },
  S09: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S10: { file: 'app/edges/sandbox/bubblewrap.ts', function: 'bubblewrap' },
  S11: { file: 'app/edges/sandbox/launcher.ts', function: 'mountsOf' },
};
