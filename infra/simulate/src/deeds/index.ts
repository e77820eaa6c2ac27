import type { Deed } from '../workload/plan.ts'
import type { Scene } from './deed.ts'
import { adjust, reprice, restate, retire } from './goods.ts'
import { lookAfterParked } from './operator.ts'
import { cancel, giveUp, place } from './order.ts'
import { refund, retryRefunds } from './payment.ts'
import { prefer } from './people.ts'
import { poison, repeat } from './poison.ts'
import { decideReturn, giveBack } from './return.ts'

/** Does what the workload says. */
export function perform(deed: Deed, scene: Scene): Promise<string | undefined> {
  switch (deed.does) {
    case 'place':
      return place(deed, scene)
    case 'cancel':
      return cancel(deed, scene)
    case 'give up':
      return giveUp(deed, scene)
    case 'refund':
      return refund(deed, scene)
    case 'retry refunds':
      return retryRefunds(deed, scene)
    case 'return':
      return giveBack(deed, scene)
    case 'approve':
    case 'reject':
      return decideReturn(deed, scene)
    case 'restock':
    case 'deduct':
      return adjust(deed, scene)
    case 'reprice':
      return reprice(deed, scene)
    case 'retire':
      return retire(deed, scene)
    case 'restate':
      return restate(deed, scene)
    case 'prefer':
      return prefer(deed, scene)
    case 'poison':
      return poison(deed, scene)
    case 'repeat':
      return repeat(deed, scene)
    case 'look after parked':
      return lookAfterParked(deed, scene)
    case 'silence':
      scene.world.silence(deed.service, deed.forMs)
      return Promise.resolve(`for ${deed.forMs} ms`)
  }
}
