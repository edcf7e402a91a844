/** Where untrusted code runs: no network, no secret, bounded, on the paths it is given and nothing else. */
export interface SandboxGrade {
  name: 'bubblewrap+cgroup2' | 'bubblewrap+cgroup1' | 'bubblewrap' | 'unshare+prlimit' | 'none';
  /** One sentence for a person: what is and what is not contained. */
  words: string;
  /** What would give a better grade, as a command. */
  remedy: string | null;
}

export interface SandboxLimits {
  wallMs: number;
  cpuMs: number;
  memoryBytes: number;
  processes: number;
  fileBytes: number;
  /** Cut stdout and stderr each at this many bytes and kill the program. */
  outputBytes: number;
}

export interface SandboxRequest {
  argv: string[];
  /** A host folder, mounted read-write as /work, which is the current directory. */
  workdir: string;
  readOnly?: { host: string; inside: string }[];
  /** A unix socket of the host that the program may reach, e.g. the model gateway. */
  sockets?: { host: string; inside: string }[];
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  limits: SandboxLimits;
  /** Kills all of it at once; the result then says SIGKILL. */
  signal?: AbortSignal;
}

export interface SandboxResult {
  exit: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: Buffer;
  timedOut: boolean;
  outOfMemory: boolean;
  truncated: boolean;
  cpuMs: number;
  wallMs: number;
}

/** `run` throws AssayError SANDBOX_UNAVAILABLE where the grade is `none`: untrusted code does not run. */
export interface Sandbox {
  readonly grade: SandboxGrade;
  run(request: SandboxRequest): Promise<SandboxResult>;
}

export const MIB = 1024 * 1024;
export const defaultLimits: SandboxLimits = {
  wallMs: 30_000, cpuMs: 20_000, memoryBytes: 1024 * MIB, processes: 64, fileBytes: 50 * MIB, outputBytes: 4 * MIB,
};
