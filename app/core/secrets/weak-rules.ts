/** Rules of gitleaks that are told and do not block: the one for any random-looking text, and the one that matches only the public beginning of a key. */
const weak = /^(generic|aws-amazon-bedrock-api-key-short-lived$)/;

export function isWeak(rule: string): boolean {
  return weak.test(rule);
}
