/** Settings of agents and editors that run commands or lift permissions. Any change of them is worth a look; some are worth a stop. */
import type { Hit } from '../../app/core/finding.ts';
import { clip, visible } from '../../app/core/visible.ts';
import { isAgentConfiguration } from './surface.ts';

const risky: { why: string; regex: RegExp }[] = [
  { why: 'lifts all permissions', regex: /bypassPermissions|dangerously[-_]?skip[-_]?permissions|"chat\.tools\.(?:global\.)?autoApprove"\s*:\s*true|"autoApprove"\s*:\s*(?:true|\[\s*"\*")|"yolo(?:Mode)?"\s*:\s*true|approval_policy\s*=\s*"never"|danger-full-access|"alwaysAllow"\s*:\s*\[\s*"\*"/i },
  { why: 'permits every command', regex: /"(?:Bash|Shell|Execute|Run)(?:\(\s*(?:\*|:\*|\*:\*)\s*\))?"\s*(?=[,\]])|"Bash\((?:sudo|rm|curl|wget|sh|bash|eval)(?:[ :]\*?)?\*?\)"/ },
  { why: 'trusts every server of the project', regex: /"enableAllProjectMcpServers"\s*:\s*true/ },
  { why: 'runs when the folder is opened', regex: /"runOn"\s*:\s*"folderOpen"/ },
  { why: 'runs a downloaded script', regex: /(?:curl|wget|iwr|Invoke-WebRequest)\b[^"\n]{0,200}(?:\||;|&&)\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|base64\s+(?:-d|--decode)[^"\n]{0,80}\|/ },
  { why: 'sends model traffic elsewhere', regex: /"?(?:ANTHROPIC_BASE_URL|OPENAI_BASE_URL|OPENAI_API_BASE|GOOGLE_GEMINI_BASE_URL|HTTPS?_PROXY)"?\s*[:=]\s*"?https?:\/\/(?!localhost|127\.0\.0\.1)/i },
  { why: 'sends data out from a hook', regex: /"command"\s*:\s*"[^"\n]{0,300}(?:curl|wget|nc)\b[^"\n]{0,200}(?:-d|--data|-F|--form|-T|--upload-file|\$\(|<)/ },
];

export function configurationHits(path: string, text: string): Hit[] {
  if (!isAgentConfiguration(path)) return [];
  const lines = text.split('\n');
  const hits = lines.flatMap((line, index) => risky.filter((rule) => rule.regex.test(line)).map((rule): Hit => ({
    code: 'AGENT_CONFIG_RISKY', startLine: index + 1, endLine: index + 1, values: { why: rule.why, text: clip(visible(line.trim()), 160) },
  })));
  const parts = ['hooks', 'permissions', 'mcpServers', 'servers', 'tasks'].filter((key) => text.includes(`"${key}"`));
  return [...hits, { code: 'AGENT_CONFIG_CHANGED', startLine: 0, endLine: 0, severity: 'info', values: { why: parts.join(', ') || 'settings' } }];
}
