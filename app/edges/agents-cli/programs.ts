/** The three command line agents: how each is started without a person, pointed at the gateway, and kept from everything else that it would ask for. */
import type { Family } from '../../core/family.ts';

/** Where the agent finds the gateway inside its sandbox, and the key of this one run. */
export interface Door {
  url: string;
  key: string;
  model: string;
}

export interface AgentProgram {
  /** As deps/tools.lock calls it. */
  tool: 'claude' | 'codex' | 'gemini';
  /** Inside the installed folder, which is mounted as /opt/agent. The prompt comes on its standard input. */
  argv(model: string): string[];
  env(door: Door): Record<string, string>;
  /** Settings in its home, which is made for this run. */
  home(door: Door): Record<string, string>;
}

const claude: AgentProgram = {
  tool: 'claude',
  argv: (model) => ['/opt/agent/package/claude', '-p', '--output-format', 'json', '--model', model, '--permission-mode', 'acceptEdits', '--strict-mcp-config', '--setting-sources', 'user', '--max-turns', '60',
    '--allowedTools', 'Bash,Read,Write,Edit,Glob,Grep', '--disallowedTools', 'WebFetch,WebSearch,Task'],
  env: ({ url, key, model }) => ({
    ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key, ANTHROPIC_MODEL: model, ANTHROPIC_SMALL_FAST_MODEL: model, ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', CLAUDE_CODE_MAX_RETRIES: '2',
  }),
  home: () => ({}),
};

const codex: AgentProgram = {
  tool: 'codex',
  // Its own sandbox cannot nest in ours, which is the stricter one.
  argv: (model) => ['/opt/agent/package/vendor/x86_64-unknown-linux-musl/bin/codex', 'exec', '--json', '--skip-git-repo-check', '--sandbox', 'danger-full-access', '--model', model, '-'],
  env: ({ key }) => ({ GATEWAY_KEY: key, CODEX_HOME: '/work/home/.codex' }),
  home: ({ url }) => ({
    '.codex/config.toml': [
      'model_provider = "gateway"', 'approval_policy = "never"', 'web_search = "disabled"', 'check_for_update_on_startup = false', '',
      '[analytics]', 'enabled = false', '',
      '[model_providers.gateway]', 'name = "gateway"', `base_url = "${url}/v1"`, 'env_key = "GATEWAY_KEY"', 'wire_api = "responses"', 'request_max_retries = 1', 'stream_max_retries = 1', '',
    ].join('\n'),
  }),
};

const gemini: AgentProgram = {
  tool: 'gemini',
  argv: (model) => ['/opt/node/bin/node', '/opt/agent/package/bundle/gemini.js', '--model', model, '--output-format', 'json', '--approval-mode', 'yolo'],
  env: ({ url, key }) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key, GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_TELEMETRY_ENABLED: 'false', NO_COLOR: '1' }),
  home: () => ({
    '.gemini/settings.json': `${JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, disableAutoUpdate: true }, tools: { exclude: ['web_fetch', 'google_web_search'] },
    }, null, 2)}\n`,
  }),
};

export const programs: Record<Family, AgentProgram> = { anthropic: claude, openai: codex, google: gemini };
