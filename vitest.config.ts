import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,actions,test,policies}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'actions/*/cases/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // The default leaves one core of two idle, while most suites wait for processes that they started.
    maxWorkers: 2,
  },
});
