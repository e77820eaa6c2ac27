import { createApp, processEnv } from '@murmuration/http'

/** A service as a host sees one. */
export const service = {
  name: 'one',
  settings: processEnv.pick({ PORT: true, HOST: true }),
  start: async () => ({ app: createApp({ name: 'one', routes: [] }) }),
}
