import { defineConfig } from 'vitest/config'

// Files one after the other: they would have the same stack. Far more time than they need: the machine may be busy.
export default defineConfig({
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], fileParallelism: false, testTimeout: 600_000, hookTimeout: 300_000 },
})
