import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { hostingOf } from './src/stack/hosting.ts'

// vitest takes nothing but a class. Those that share a process first: the services are started anew only once in between.
class ByHosting extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => hostingOf(b.moduleId).localeCompare(hostingOf(a.moduleId)))
  }
}

// One stack for all, and tests that trouble it: one file after the other.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['src/stack/setup.ts'],
    // The injection scripts start many processes each.
    maxConcurrency: 3,
    setupFiles: ['src/stack/recover.ts'],
    sequence: { sequencer: ByHosting },
    fileParallelism: false,
    // Far more than they need: the machine may be busy with other things.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
})
