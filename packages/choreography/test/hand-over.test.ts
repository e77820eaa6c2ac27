import { ignore, OrderPlaced, PaymentFailed } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import { describe, expect, it, onTestFinished } from 'vitest'
import { command, on, service } from '../src/index.ts'
import { memoryDatabase, memoryStore } from '../src/memory/index.ts'
import type { EventLog, Store } from '../src/ports.ts'
import { handOver } from '../src/runtime/hand-over.ts'
import { startRuntime } from '../src/runtime/runtime.ts'
import { memoryLog } from '../src/testing.ts'

const order = exampleOf(OrderPlaced)
const place = command<{ orderId: string }>()('Place', {
  emits: [OrderPlaced],
  saga: ({ orderId }) => orderId,
  reads: () => ({}),
  decide: ({ orderId }) => ({ events: [OrderPlaced({ ...order, orderId })], reply: orderId }),
})
const orders = service({
  name: 'order',
  topic: 'order.events',
  group: 'order',
  tables: [],
  // Who is in a group knows whether he is alone in it.
  reactions: [on(PaymentFailed, { emits: [], reads: () => ({}), decide: () => ignore('seen') })],
  commands: [place],
})

/** Two services in one process; `payments` reacts to every order, and tells. */
async function together({ fromLogOnly = false, holdCommits }: { fromLogOnly?: boolean; holdCommits?: Promise<void> } = {}) {
  const log = memoryLog({ partitions: 1 })
  const shared = handOver(Date.now)
  const handled: string[] = []
  const committed: string[] = []
  let transactions = 0
  const payments = service({
    name: 'payment',
    topic: 'payment.events',
    group: 'payment',
    fromLogOnly,
    tables: [],
    reactions: [
      on(OrderPlaced, {
        emits: [PaymentFailed],
        reads: () => ({}),
        decide: ({ data: { orderId, userId, total } }) => ({
          events: [PaymentFailed({ orderId, userId, paymentId: orderId, amount: total, reason: 'declined' })],
        }),
      }),
    ],
  })
  const store = memoryStore(memoryDatabase({ now: Date.now, ...(holdCommits === undefined ? {} : { committing: () => holdCommits }) }), {
    consumer: 'payment',
  })
  const counted: Store = {
    ...store,
    begin() {
      transactions++
      return store.begin()
    },
  }
  const watched: EventLog = {
    ...log,
    async consume(options) {
      const consumer = await log.consume(options)
      return {
        ...consumer,
        commit(positions) {
          committed.push(...positions.map(({ offset }) => offset))
          return consumer.commit(positions)
        },
      }
    },
  }
  const one = await startRuntime(orders, {
    store: memoryStore(memoryDatabase({ now: Date.now }), { consumer: 'order' }),
    eventLog: { ...log },
    handOver: shared,
    observed: false,
  })
  const other = await startRuntime(payments, {
    store: counted,
    eventLog: watched,
    handOver: shared,
    observed: false,
    onHandled: ({ outcome }) => handled.push(outcome),
  })
  onTestFinished(async () => {
    log.failSends('never')
    await Promise.all([one.stop(), other.stop()])
  })
  return { log, handled, committed, transactions: () => transactions, place: (orderId: string) => one.execute(place, { orderId }) }
}

const orderId = '0190a8f0-0000-7000-8000-000000000001'

// fault: handed over
describe('services in one process', () => {
  it('hand over what they have committed before the log has it, and pass over what the log brings later without a transaction', async () => {
    const { log, handled, transactions, place: placed } = await together()
    log.failSends('before-writing')
    await placed(orderId)
    await expect.poll(() => handled).toEqual(['handled'])
    expect(log.records('order.events')).toEqual([])
    const before = transactions()
    log.failSends('never')
    await expect.poll(() => log.records('payment.events').length, { timeout: 5_000 }).toBe(1)
    log.redeliver()
    await expect.poll(() => handled, { timeout: 2_000 }).toEqual(['handled', 'duplicate'])
    expect(log.records('payment.events')).toHaveLength(1)
    // The first delivery needed none; that of the rewound offsets found itself in the inbox.
    expect(transactions()).toBe(before + 1)
  })

  it('commit no offset past what is still under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { log, handled, committed, place: placed } = await together({ holdCommits: promise })
    await placed(orderId)
    await expect.poll(() => log.records('order.events').length).toBe(1)
    await new Promise((wait) => setTimeout(wait, 1_300))
    expect({ handled, committed }).toEqual({ handled: [], committed: [] })
    resolve()
    await expect.poll(() => committed, { timeout: 3_000 }).toEqual(['1'])
    expect(handled).toEqual(['handled'])
  })

  it('hand nothing to who wants every event from the log', async () => {
    const { log, handled, place: placed } = await together({ fromLogOnly: true })
    log.failSends('before-writing')
    await placed(orderId)
    await new Promise((wait) => setTimeout(wait, 200))
    expect(handled).toEqual([])
    log.failSends('never')
    await expect.poll(() => handled, { timeout: 5_000 }).toEqual(['handled'])
  })
})
