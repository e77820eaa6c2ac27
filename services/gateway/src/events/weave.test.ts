import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aftermathMs, type Weave, weave } from './weave.ts'

const topics = ['order.events', 'inventory.events', 'payment.events']
const T = 1_800_000_000_000
const happening = (topic: string, type: string, at: number, cause?: string) => ({
  ...{ topic, at, cause },
  event: { id: type, type, source: 'somebody', time: new Date(at).toISOString(), data: {} },
})
type Happening = ReturnType<typeof happening>

/** As it goes when nothing is undone; two pairs of them come about side by side. */
const saga: readonly Happening[] = [
  happening('order.events', 'OrderPlaced', T),
  happening('inventory.events', 'StockReserved', T + 3, 'OrderPlaced'),
  happening('payment.events', 'PaymentInitiated', T + 4, 'StockReserved'),
  happening('payment.events', 'PaymentCaptured', T + 9, 'PaymentInitiated'),
  happening('order.events', 'OrderPaid', T + 11, 'PaymentCaptured'),
  happening('inventory.events', 'StockCommitted', T + 11, 'PaymentCaptured'),
  happening('order.events', 'OrderConfirmed', T + 14, 'StockCommitted'),
]
const typesOf = (happenings: readonly Happening[]) => happenings.map(({ event }) => event.type)
const told = (thread: Weave, now = T): string[] => {
  const types: string[] = []
  for (let event = thread.next(now); event; event = thread.next(now)) types.push(event.type)
  return types
}
const threadOf = (happenings: readonly Happening[], now = T): Weave => {
  const thread = weave('the order', topics)
  for (const each of happenings) thread.add(each, now)
  return thread
}
/** What a log may bring when: each topic in its order, the topics anyhow. */
const arrivals = fc.array(fc.nat({ max: topics.length - 1 }), { minLength: saga.length * 4, maxLength: saga.length * 4 }).map((picks) => {
  const queues = topics.map((topic) => saga.filter((each) => each.topic === topic))
  return [...picks.flatMap((pick) => queues[pick]?.shift() ?? []), ...queues.flat()]
})

describe('a thread', () => {
  it('tells a saga by its causes, and what comes about side by side by time', () => {
    expect(told(threadOf(saga.toReversed().toSorted((a, b) => a.topic.localeCompare(b.topic) || a.at - b.at)))).toEqual(typesOf(saga))
  })

  it('tells each event once and none before its cause, however the topics come together', () => {
    fc.assert(
      fc.property(arrivals, (arriving) => {
        const thread = weave('the order', topics)
        const types = arriving.flatMap((each) => {
          thread.add(each, T)
          thread.add(each, T)
          return told(thread)
        })
        expect(types.toSorted()).toEqual(typesOf(saga).toSorted())
        for (const { event, cause } of saga) if (cause !== undefined) expect(types.indexOf(cause)).toBeLessThan(types.indexOf(event.type))
      }),
    )
  })

  it('waits a second for a cause that has not come, and holds back what follows in the same topic', () => {
    const [, reserved] = saga
    const thread = threadOf([reserved as Happening, happening('inventory.events', 'StockReleased', T + 4)])
    expect(told(thread, T + 999)).toEqual([])
    expect(told(thread, T + 1000)).toEqual(['StockReserved', 'StockReleased'])
  })

  it('waits no longer when nothing more can come', () => {
    const thread = threadOf(saga.slice(1, 2))
    thread.settle()
    expect(told(thread)).toEqual(['StockReserved'])
  })

  it('is not held up by causes that go round in a circle', () => {
    const thread = threadOf([happening('order.events', 'A', T, 'B'), happening('payment.events', 'B', T + 1, 'A')])
    expect(told(thread)).toEqual(['A', 'B'])
  })

  it('ends some time after the order’s end: what comes later is not of its story', () => {
    const late = happening('payment.events', 'PaymentRefunded', T + 14 + aftermathMs + 1, 'PaymentCaptured')
    const soon = happening('inventory.events', 'StockReleased', T + 14 + aftermathMs, 'OrderConfirmed')
    const thread = threadOf([...saga, soon, late])
    expect(thread.until()).toBe(T + 14 + aftermathMs)
    expect(told(thread)).toEqual([...typesOf(saga), 'StockReleased'])
  })
})

describe('a bookmark', () => {
  it('after any event lets another thread go on: together they tell each event once, whatever order the topics came in for either', () => {
    fc.assert(
      fc.property(arrivals, arrivals, fc.nat({ max: saga.length }), fc.nat({ max: saga.length }), (first, second, seen, cut) => {
        // The one that is cut has not even seen all there is.
        const one = threadOf(first.slice(0, seen))
        const types: string[] = []
        while (types.length < cut) {
          const event = one.next(T)
          if (event === undefined) break
          types.push(event.type)
        }
        const other = threadOf(second)
        expect(other.resume(one.bookmark())).toBe(true)
        expect([...types, ...told(other)].toSorted()).toEqual(typesOf(saga).toSorted())
      }),
    )
  })

  it('of another order, of more than there is, or that does not fit, is none', () => {
    for (const bookmark of [
      { last: 'another order', counts: [0, 0, 0] },
      { last: 'OrderPlaced', counts: [0, 0, 0] },
      { last: 'OrderPlaced', counts: [2, 0, 0] },
      { last: 'OrderPlaced', counts: [4, 0, 0] },
      { last: 'OrderPlaced', counts: [1, 0, 0, 0] },
      { last: 'StockReserved', counts: [1] },
    ]) {
      const thread = threadOf(saga)
      expect(thread.resume(bookmark)).toBe(false)
      expect(told(thread)).toEqual(typesOf(saga))
    }
  })

  it('of before there was the newest topic still holds', () => {
    const thread = threadOf(saga)
    expect(thread.resume({ last: 'StockReserved', counts: [1, 1] })).toBe(true)
    expect(told(thread)).toEqual(typesOf(saga).slice(2))
  })
})
