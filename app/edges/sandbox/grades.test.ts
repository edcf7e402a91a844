import { expect, test } from 'vitest';
import { remedyFor } from './grades.ts';

const kernel = (values: Record<string, string>) => (name: string) => values[name] ?? null;

test("Ubuntu's AppArmor rule is recognised and named with the remedy", () => {
  expect(remedyFor(['bubblewrap: setting up uid map: Permission denied'], kernel({ 'kernel/apparmor_restrict_unprivileged_userns': '1' }))).toMatch(/AppArmor.*actions\/setup.*sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0/);
});

test('a kernel without user namespaces for ordinary users is told apart', () => {
  expect(remedyFor([], kernel({ 'kernel/unprivileged_userns_clone': '0' }))).toBe('sudo sysctl -w kernel.unprivileged_userns_clone=1');
  expect(remedyFor([], kernel({ 'user/max_user_namespaces': '0' }))).toBe('sudo sysctl -w user.max_user_namespaces=15000');
});
