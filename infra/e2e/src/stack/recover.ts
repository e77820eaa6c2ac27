import { afterEach } from 'vitest'
import { everyService } from './control.ts'

// A setup file: whatever a test did to the services, the next one finds them all at work.
afterEach(async () => {
  await everyService.resume()
  await everyService.ready()
})
