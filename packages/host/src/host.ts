import { handOver } from '@murmuration/choreography'
import { type Member, member } from './member.ts'
import type { Configured } from './settings.ts'

/** Services that run together in this process. */
export interface Host {
  /** Addresses by service. Rejects with an error that names it when one does not start; then all are to be stopped. */
  start(): Promise<Readonly<Record<string, string>>>
  /** Those at the edge first, while the others still answer them. Never rejects. */
  stop(): Promise<void>
}

const stopAll = async (members: readonly Member[]): Promise<void> => {
  await Promise.all(members.map((each) => each.stop()))
}

/**
 * Hosts services, each with its own settings, port, database and consumer group, exactly as when alone.
 * @param fatal told when one of them cannot go on: none of them can then, as they live in one process
 */
export function host(configured: readonly Configured[], fatal: (error: Error) => void): Host {
  const shared = configured.length > 1 ? handOver(Date.now) : undefined
  const members = configured.map((each) => member(each, shared, fatal))
  return {
    start: async () => Object.fromEntries(await Promise.all(members.map(async (each) => [each.name, await each.start()]))),
    async stop() {
      await stopAll(members.filter(({ edge }) => edge))
      await stopAll(members)
    },
  }
}
