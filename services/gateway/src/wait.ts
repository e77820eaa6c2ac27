import { isEnded, type Outcome, type Outcomes } from './events/outcomes.ts'
import type { Reply } from './reply.ts'

interface Order {
  status: string
  reason?: string
  history?: unknown
}

interface Wait {
  orderId: string
  seconds: number
  outcomes: Outcomes
  place(): Promise<Reply>
  /** The order as it is now. */
  look(): Promise<Reply>
}

// The tail says it at once; a look now and then is the net under it, for when the tail is just being rebalanced or the log is away.
const lookEveryMs = 2000

/** Places an order and answers when it has ended (201), or with its state at the end of the time (202). */
export async function placeAndWait({ orderId, seconds, outcomes, place, look }: Wait): Promise<Reply> {
  const waiting = outcomes.expect(orderId)
  try {
    const placed = await place()
    if (placed.status !== 201 && placed.status !== 200) return placed
    const headers = { ...placed.headers, 'preference-applied': `wait=${seconds}` }
    const order = JSON.parse(placed.body) as Order
    if (isEnded(order.status)) return { ...placed, headers }
    const until = Date.now() + seconds * 1000
    for (;;) {
      const outcome = await waiting.within(Math.min(lookEveryMs, until - Date.now()))
      if (outcome) return { ...placed, headers, body: withOutcome(order, outcome) }
      const seen = await look().catch(() => undefined)
      const body = seen?.status === 200 ? seen.body : placed.body
      if (isEnded((JSON.parse(body) as Order).status)) return { ...placed, headers, body }
      if (Date.now() >= until || outcomes.released()) return { status: 202, headers, body }
    }
  } finally {
    waiting.end()
  }
}

// The history in between was not seen, so the answer goes without.
function withOutcome({ history: _, ...order }: Order, { status, reason }: Outcome): string {
  return JSON.stringify({ ...order, status, ...(reason !== undefined && { reason }) })
}
