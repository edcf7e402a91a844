/** Which files coding agents read of their own accord, and which hold prose. */

const instructions = /(^|\/)(AGENTS?|CLAUDE|GEMINI|CONVENTIONS|COPILOT|WARP|QWEN|JULES)(\.local)?\.md$|(^|\/)\.(cursorrules|windsurfrules|clinerules|goosehints|roorules|aiderrules)$|(^|\/)\.(cursor|windsurf|clinerules|roo|kiro|continue|trae|augment)\/|(^|\/)\.github\/(copilot-instructions\.md|instructions\/|prompts\/|chatmodes\/|agents\/)|(^|\/)SKILL\.md$|(^|\/)\.?(claude|codex|gemini|agents)\/|(^|\/)llms(-full)?\.txt$|(^|\/)skills\/.+\.md$/i;
const documents = /(^|\/)(README|CONTRIBUTING|SECURITY|CHANGELOG)[^/]*$|(^|\/)\.github\/(ISSUE_TEMPLATE|PULL_REQUEST_TEMPLATE|DISCUSSION_TEMPLATE)|(^|\/)docs?\/|\.(md|mdx|mdc|rst|adoc)$/i;
const prose = /\.(md|mdx|mdc|markdown|rst|adoc|txt|html?|po|pot|arb|strings|srt|vtt|csv|tsv|tex|xliff?|svg|resx)$/i;
const configuration = /(^|\/)(\.mcp\.json|mcp\.json|\.claude\/settings(\.local)?\.json|\.claude\/(hooks|commands|agents)\/|\.cursor\/(mcp|hooks|environment)\.json|\.vscode\/(settings|tasks|mcp|launch)\.json|\.gemini\/settings\.json|\.codex\/|\.devcontainer\/[^/]*\.json|\.devcontainer\.json|\.idea\/mcp\.xml|\.zed\/settings\.json|opencode\.jsonc?|\.aider\.conf\.yml|claude_desktop_config\.json)/i;

export function isInstructions(path: string): boolean {
  return instructions.test(path);
}

export function isDocument(path: string): boolean {
  return documents.test(path);
}

export function isProse(path: string): boolean {
  return prose.test(path) && !isInstructions(path);
}

export function isAgentConfiguration(path: string): boolean {
  return configuration.test(path);
}

export function isWorkflow(path: string): boolean {
  return /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/i.test(path);
}

export function isActionFile(path: string): boolean {
  return /(^|\/)action\.ya?ml$/i.test(path);
}
