import { eventually } from '@murmuration/testing'
import { type FinalState, stateOf } from './final-state.ts'

/**
 * Waits until the services' rows of an order are these.
 *
 * @throws Error showing what they are instead
 */
export async function endsAs(orderId: string, wanted: Partial<FinalState>, timeoutMs = 20_000): Promise<FinalState> {
  return eventually(
    async () => {
      const state = await stateOf(orderId)
      const differs = Object.entries(wanted).filter(
        ([part, value]) => JSON.stringify(state[part as keyof FinalState]) !== JSON.stringify(value),
      )
      if (differs.length > 0) throw new Error(`order ${orderId} has ${JSON.stringify(state)} instead of ${JSON.stringify(wanted)}`)
      return state
    },
    { timeoutMs, everyMs: 100 },
  )
}

export const confirmed: FinalState = {
  order: { status: 'confirmed', reason: null },
  reservation: 'committed',
  payment: { status: 'success', reason: null, refunded: 0 },
  risk: 'low',
  capture: { status: 'captured', refunded: 0 },
  notifications: ['order_confirmed'],
}
