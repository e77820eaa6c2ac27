import { randomUUID } from 'node:crypto'
import { ignore, OrderPlaced, StockReleased, StockReserved, Transient } from '@murmuration/contracts'
import { eventually } from '@murmuration/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { effect, perform, service } from '../src/index.ts'
import type { EffectCall } from '../src/runtime/effects.ts'
import { incoming, shared } from './instances.ts'
import { orderPlaced, reservations, SKU, stock } from './sample.ts'

const line = { sku: SKU, warehouse: 'main', quantity: 1 }

/** Reserves by asking somebody outside: the smallest service with a side effect. */
const outsourced = service({
  name: 'inventory',
  topic: 'inventory.events',
  group: 'inventory',
  tables: [reservations, stock],
  reactions: [
    perform(OrderPlaced, {
      effect: effect<{ sku: string }, { got: boolean }>('ask'),
      emits: [StockReserved, StockReleased],
      reads: (event) => ({ reservation: reservations.one(event.sagaId) }),
      intend: (event, { reservation }) =>
        reservation === undefined
          ? {
              rows: { reservation: { id: event.sagaId, status: 'rejected' as const, sku: SKU } },
              request: { sku: SKU, orderId: event.sagaId },
            }
          : ignore('asked already'),
      concludeReads: (request) => ({ reservation: reservations.one((request as { orderId?: string }).orderId ?? '') }),
      conclude: ({ got }, { reservation }, { now }) => {
        if (reservation === undefined || !got) return ignore('not got')
        const orderId = reservation.id
        return {
          rows: { reservation: { ...reservation, status: 'held' as const } },
          events: [StockReserved({ orderId, lines: [line], expiresAt: now.toISOString() })],
        }
      },
    }),
  ],
})

let world: Awaited<ReturnType<typeof shared>>
beforeEach(async () => {
  world = await shared()
})
afterEach(() => world.stop())

describe('a side effect', () => {
  it('is called after the commit, and its result becomes an event', async () => {
    const calls: EffectCall[] = []
    const runtime = await world.start({
      definition: outsourced,
      effects: {
        ask: async (_request, call) => {
          calls.push(call)
          return Promise.resolve({ got: true })
        },
      },
    })
    const message = incoming(orderPlaced(randomUUID()))
    await runtime.handle([message, message])
    await eventually(() => expect(world.types(message.key as string)).toEqual(['StockReserved']))
    expect(calls).toMatchObject([{ key: `ask:${message.headers['ce_id']}`, attempt: 1, sagaId: message.key }])
    expect(await world.query('SELECT 1 FROM choreography.effects')).toEqual([])
  })

  it('is tried again with the same key until its outcome is known', async () => {
    const calls: EffectCall[] = []
    const runtime = await world.start({
      definition: outsourced,
      effects: {
        ask: (_request, call) => {
          calls.push(call)
          return calls.length < 3 ? Promise.reject(new Transient('the answer was lost')) : Promise.resolve({ got: true })
        },
      },
    })
    const orderId = randomUUID()
    await runtime.handle([incoming(orderPlaced(orderId))])
    await eventually(() => expect(world.types(orderId)).toEqual(['StockReserved']))
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1)
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  it('is tried again when, and counted as, its implementation asks for', async () => {
    const runtime = await world.start({
      definition: outsourced,
      effects: { ask: () => Promise.reject(new Transient('nobody knows', { retryInMs: 3_600_000, counts: 960 })) },
    })
    await runtime.handle([incoming(orderPlaced(randomUUID()))])
    await eventually(async () =>
      expect(await world.query(`SELECT attempts, "dueAt" > now() + interval '59 minutes' AS late FROM choreography.effects`)).toEqual([
        { attempts: 960, late: true },
      ]),
    )
  })

  // fault: crash point
  it('that was called before a crash is called again, with the same key, by the next instance', async () => {
    const keys: string[] = []
    const ask =
      (hang: boolean) =>
      (_request: never, { key, signal }: EffectCall) => {
        keys.push(key)
        return hang
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('died'))))
          : Promise.resolve({ got: true })
      }
    const doomed = await world.start({ definition: outsourced, effects: { ask: ask(true) } })
    const orderId = randomUUID()
    await doomed.handle([incoming(orderPlaced(orderId))])
    await eventually(() => expect(keys).toHaveLength(1))
    await doomed.stop()
    await world.start({ definition: outsourced, effects: { ask: ask(false) } })
    await eventually(() => expect(world.types(orderId)).toEqual(['StockReserved']))
    expect(keys).toEqual([keys[0], keys[0]])
  })
})
