import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { globalSetup: '@murmuration/testing/setup', testTimeout: 90_000 } })
