import { defineConfig } from 'vitest/config'

// One stack for all, and tests that trouble it: one file after the other.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['src/stack/setup.ts'],
    // The injection scripts start many processes each.
    maxConcurrency: 3,
    setupFiles: ['src/stack/recover.ts'],
    fileParallelism: false,
    // Far more than they need: the machine may be busy with other things.
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
})
