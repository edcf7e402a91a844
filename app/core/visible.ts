/** Untrusted text made safe to show: what an eye cannot see is written as ⟨U+XXXX⟩, control and escape sequences never reach a terminal. */
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}\u{1d173}-\u{1d17a}]/gu;

/** Escapes hidden characters; line breaks and tabs become one space. */
export function visible(text: string): string {
  return text.replace(hidden, (char) => `⟨U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`).replace(/[\r\n\t]+/g, ' ');
}

/** What a person sees of a text: the hidden characters are simply not there. */
export function seen(text: string): string {
  return text.replace(hidden, '').replace(/[\r\n\t]+/g, ' ');
}

/** At most `max` characters, the cut marked. Never splits a surrogate pair. */
export function clip(text: string, max: number): string {
  const chars = Array.from(text);
  return chars.length <= max ? text : `${chars.slice(0, max - 1).join('')}…`;
}

/**
 * One line for a log or an annotation, which GitHub shows as it is: nothing of it is Markdown, and nothing in it is taken for a command by the runner, which
 * looks for `::` at the start of a line and for `##[` anywhere.
 */
export function spoken(text: string): string {
  return visible(text).replace(/:(?=:)/g, ': ').replaceAll('##[', '## [');
}

/** A workflow command as the runner reads it; a percent sign would let it see line ends that are not there. */
export function workflowCommand(name: 'error' | 'warning', { title, message }: { title: string; message: string }): string {
  const whole = (value: string) => spoken(value).replaceAll('%', '%25');
  return `::${name} title=${whole(title).replaceAll(':', '%3A').replaceAll(',', '%2C')}::${whole(message)}\n`;
}
