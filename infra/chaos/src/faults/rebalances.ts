import { setTimeout as sleep } from 'node:timers/promises'
import { coPartitionAssigner } from '@murmuration/choreography'
import kafkajs from 'kafkajs'
import { groups } from '../stack/processes.ts'
import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

const everyMs = 2500

/** A stranger joins the group, is given partitions, does nothing with them, and leaves: two full rebalances each time. */
export const rebalances: Fault = {
  name: 'rebalances',
  row: rows.zombie,
  draw: (random, long) => ({ target: random.pick(groups), forMs: long ? 15_000 : 7000 }),
  inject(stage, group) {
    const kafka = new kafkajs.Kafka({ clientId: 'chaos-stranger', brokers: stage.brokers.split(','), logLevel: kafkajs.logLevel.NOTHING })
    const ending = new AbortController()
    const visit = async (): Promise<void> => {
      const admin = kafka.admin()
      await admin.connect()
      const read = await admin.fetchOffsets({ groupId: group })
      await admin.disconnect()
      const stranger = kafka.consumer({ groupId: group, partitionAssigners: [coPartitionAssigner], sessionTimeout: 10_000 })
      try {
        await stranger.connect()
        await stranger.subscribe({ topics: read.map(({ topic }) => topic) })
        await stranger.run({ autoCommit: false, eachBatch: () => Promise.resolve() })
        await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => undefined)
      } finally {
        await stranger.disconnect()
      }
    }
    const visiting = (async () => {
      while (!ending.signal.aborted) {
        // The broker may be away: then there is nothing to rebalance.
        await visit().catch(() => undefined)
        await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => undefined)
      }
    })()
    return Promise.resolve(async () => {
      ending.abort()
      await visiting
    })
  },
}
