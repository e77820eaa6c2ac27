import { createApp, processEnv } from '@murmuration/http'

/** A service as a host sees one. */
export const service = {
  name: 'two',
  settings: processEnv.pick({ PORT: true, HOST: true }),
  start: async () => ({ app: createApp({ name: 'two', routes: [] }) }),
}
