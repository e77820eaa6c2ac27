import type { Service } from '@murmuration/local'

const patienceMs = 180_000

/** Ends it in good order and starts it again. If a crash point, armed before, kills it meanwhile, its supervisor brings it back. */
export const restarted = (service: Service, env: Record<string, string> = {}): Promise<void> =>
  service.restart(env).catch(() => service.ready(patienceMs))
