import { afterEach, beforeAll, expect } from 'vitest'
import { everyService, rehost } from './control.ts'
import { hostingOf } from './hosting.ts'

// A setup file: each test file finds the services hosted as it needs them, and whatever a test did to them, the next one finds them all at work.
beforeAll(() => rehost(hostingOf(expect.getState().testPath ?? '')))
afterEach(async () => {
  await everyService.resume()
  await everyService.ready()
})
