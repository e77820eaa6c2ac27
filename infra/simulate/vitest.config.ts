import { defineConfig } from 'vitest/config'

// What services log is no story.
export default defineConfig({ test: { testTimeout: 60_000, env: { LOG_LEVEL: 'silent' } } })
