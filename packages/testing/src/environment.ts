/** What `@murmuration/testing/setup` sets for the tests, or an error that says how to get it. */
export const fromSetup = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: add globalSetup: ['@murmuration/testing/setup'] to this package's vitest.config.ts`)
  }
  return value
}

/** Marks the databases of one vitest run, so that its end can drop them all. */
export const runVariable = 'MURMURATION_TEST_RUN'
