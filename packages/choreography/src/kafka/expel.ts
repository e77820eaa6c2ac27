import { logger } from '@murmuration/telemetry'
import type { Kafka } from 'kafkajs'
import { clusterOf } from './cluster.ts'

const log = logger('choreography')

/** Who of a service takes part in its consumer group. */
export interface GroupMembers {
  /** This instance does, under this id. */
  joined(memberId: string): Promise<void>
  /** Ids of instances that have died without leaving; each is told once. */
  dead(): Promise<readonly string[]>
}

/**
 * Leaves the group on behalf of those that have died: else the broker waits for their session to run out, and with it everybody who joins. One that was
 * taken for dead and is not finds out at its next heartbeat, and joins again.
 */
export async function expelTheDead(kafka: Kafka, groupId: string, members: GroupMembers): Promise<void> {
  try {
    const dead = await members.dead()
    if (dead.length === 0) return
    const cluster = clusterOf(kafka)
    await cluster.connect()
    try {
      const coordinator = await cluster.findGroupCoordinator({ groupId })
      for (const memberId of dead) await coordinator.leaveGroup({ groupId, memberId }).catch(() => {})
      log.info({ group: groupId, members: dead.length }, 'members that had died were taken out of the group')
    } finally {
      await cluster.disconnect()
    }
  } catch (error) {
    log.info({ err: error, group: groupId }, 'members that have died leave the group by themselves: it waits for their session')
  }
}
