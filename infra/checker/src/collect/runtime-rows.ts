import type { RuntimeRows } from '../rows.ts'
import type { Databases } from './databases.ts'

/** The runtime's tables of all services that have them. */
export async function runtimeRows({ rows }: Databases, services: readonly string[]): Promise<RuntimeRows> {
  const each = async <Row extends object>(text: string) => {
    const found = await Promise.all(services.map(async (service) => (await rows<Row>(service, text)).map((row) => ({ service, ...row }))))
    return found.flat()
  }
  const inbox = new Map<string, Set<string>>()
  for (const { consumer, eventId } of await each<{ consumer: string; eventId: string }>(
    'SELECT consumer, "eventId" FROM choreography.inbox',
  ))
    inbox.set(consumer, (inbox.get(consumer) ?? new Set()).add(eventId))
  return {
    inbox,
    outbox: await each('SELECT id, key FROM choreography.outbox'),
    timers: await each('SELECT "sagaId", name FROM choreography.timers'),
    effects: await each('SELECT id, name, "sagaId" FROM choreography.effects'),
    parked: await each(`SELECT status, reason, detail, key, "eventId", "eventType", topic || '/' || partition || '/' || "offset" AS place
      FROM choreography.parked`),
  }
}
