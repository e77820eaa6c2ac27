import { type Databases, databases as databasesAt } from '@murmuration/checker'
import type { Report as Starting } from '@murmuration/local'
import { type Gateway, gatewayAt } from './load/gateway.ts'
import { openShop, type Shop } from './load/shop.ts'
import { openStage, type Stage } from './stack/stage.ts'

/** A running stack with a shop in it, and all that looks at it. */
export interface Ground {
  readonly stage: Stage
  readonly gateway: Gateway
  readonly shop: Shop
  readonly databases: Databases
  /** When the stack began, in ms since 1970. */
  readonly sinceMs: number
  /** Ends the stack, too, unless it is kept. */
  leave(options?: { keep: boolean }): Promise<void>
}

/** @throws Error when the stack does not start; nothing of it is left then */
export async function openGround({ sampling, starting }: { sampling: number; starting: Starting }): Promise<Ground> {
  const sinceMs = Date.now()
  const stage = await openStage({ sampling, report: starting })
  const gateway = gatewayAt(stage.gateway)
  const databases = databasesAt(stage.postgres)
  const leave: Ground['leave'] = async ({ keep } = { keep: false }) => {
    gateway.close()
    await databases.close()
    if (!keep) await stage.leave()
  }
  try {
    return { stage, gateway, databases, sinceMs, leave, shop: await openShop(gateway, stage) }
  } catch (error) {
    await leave()
    throw error
  }
}
