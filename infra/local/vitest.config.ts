import { defineConfig } from 'vitest/config'

// Starts and kills processes: one file after the other.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], fileParallelism: false, testTimeout: 20_000 } })
