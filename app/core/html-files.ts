/** Which files are HTML that can be judged as it stands: a template is one only after its engine has run. */
const page = /\.(html?|xhtml)$/i;
const templated = /\{\{|\{%|<%|<\?(?:php|=)|\$\{|\bth:[a-z]+=|\bv-(?:if|for|bind)\b|\*ng(?:If|For)\b|@(?:if|foreach|Html|Model)\b/;
const elsewhere = /(^|\/)(node_modules|vendor|third_party|dist|build|coverage)\//;

export function isPage(path: string): boolean {
  return page.test(path) && !elsewhere.test(path);
}

export function isTemplate(text: string): boolean {
  return templated.test(text.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ''));
}
