import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Many tests start `murmur` as a process, which takes its time on a busy machine.
  test: { include: ['test/**/*.test.ts'], globalSetup: ['@murmuration/testing/setup'], testTimeout: 30_000 },
})
