import { defineConfig } from 'vitest/config'

export default defineConfig({
  // What is refused on purpose would fill the screen with logged errors.
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['@murmuration/testing/setup'],
    env: { LOG_LEVEL: 'silent' },
    testTimeout: 20_000,
  },
})
