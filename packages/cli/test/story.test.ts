import { describe, expect, it } from 'vitest'
import { hasEnded, storyOf } from '../src/trace/story.ts'
import { declined, onEvent, sagaId, send, spanId, type Told, tracesOf } from './stories.ts'

const story = (spans: readonly Told[]) => storyOf(sagaId, tracesOf(spans))
const orphans = (spans: readonly Told[]) =>
  story(spans).orphans.map(({ name, reason }) => `${name}: ${reason.replace(/ [0-9a-f]{16}/, '')}`)
const unjoined = 'no link joins its trace with the request'

describe('the story of a saga', () => {
  it('holds all traces that links join with the request, in the order of their start', () => {
    const { traces, spans, orphans: lost } = story(declined)
    expect(traces).toBe(7)
    expect(spans).toHaveLength(declined.length)
    expect(lost).toEqual([])
    expect(spans[0]).toMatchObject({ service: 'gateway', kind: 'SERVER', parentSpanId: null })
    expect(spans.map(({ startMs }) => startMs)).toEqual(spans.map(({ startMs }) => startMs).toSorted((a, b) => a - b))
  })

  it('leaves out what belongs to another saga or to none', () => {
    const poll: Told = { at: 'poll/batch', service: 'payment', name: 'poll', kind: 'CLIENT', saga: null }
    const mine: Told = { ...onEvent('poll/mine', 'payment', 'OrderPlaced', 'post/order', [12, 14]), parent: 'poll/batch' }
    const other: Told = {
      ...onEvent('poll/other', 'payment', 'OrderPlaced', 'elsewhere/a', [12, 14]),
      parent: 'poll/batch',
      saga: 'another',
    }
    const { spans, orphans: lost } = story([...declined, poll, mine, other])
    expect(lost).toEqual([])
    expect(spans).toHaveLength(declined.length + 1)
    expect(spans.find((span) => span.spanId === spanId('poll/mine'))?.parentSpanId).toBeNull()
  })

  it('names as parent the nearest ancestor that belongs to the saga', () => {
    const spans: Told[] = [
      { at: 't/gateway', service: 'gateway', name: 'POST', kind: 'SERVER' },
      { at: 't/foreign', service: 'payment', name: 'refund', parent: 't/gateway', saga: 'the-refund' },
      { at: 't/own', service: 'payment', name: 'decide', parent: 't/foreign' },
    ]
    expect(story(spans).spans.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['POST', null],
      ['decide', spanId('t/gateway')],
    ])
  })

  it('takes every request to the gateway as a way in: the customer cancels in a trace of its own', () => {
    const cancel: Told[] = [
      { at: 'undo/gateway', service: 'gateway', name: 'POST /cancel', kind: 'SERVER', ms: [60, 66] },
      { at: 'undo/order', service: 'order', name: 'POST /cancel', kind: 'SERVER', parent: 'undo/gateway', ms: [61, 65] },
      onEvent('refund/process', 'payment', 'OrderCancelled', 'undo/order', [70, 75]),
    ]
    expect(orphans([...declined, ...cancel])).toEqual([])
  })

  it('takes a request as a way in although it goes by the id of what it creates', () => {
    const refund: Told[] = [
      { at: 'back/gateway', service: 'gateway', name: 'POST /refunds', kind: 'SERVER', ms: [60, 66], saga: 'the-refund' },
      { at: 'back/payment', service: 'payment', name: 'POST /refunds', kind: 'SERVER', parent: 'back/gateway', ms: [61, 65] },
    ]
    expect(orphans([...declined, ...refund])).toEqual([])
  })

  it('takes a webhook as a way in: the provider tells what became of the charge', () => {
    const webhook: Told[] = [
      {
        at: 'hook/http',
        service: 'channel',
        name: 'POST /webhooks/provider',
        kind: 'SERVER',
        saga: null,
        attributes: { 'url.path': '/webhooks/provider' },
      },
      { at: 'hook/span', service: 'channel', name: 'channel.webhook', parent: 'hook/http' },
    ]
    expect(orphans([...declined, ...webhook])).toEqual([])
  })

  it('starts at the injection when the gateway had no part in it', () => {
    const injection: Told = { at: 'in/inject', service: 'murmur', name: 'inject OrderPlaced', kind: 'PRODUCER' }
    const handled = ['inventory', 'payment', 'order'].map((service, i) =>
      onEvent(`${service}/p`, service, 'OrderPlaced', 'in/inject', [i + 1, i + 2]),
    )
    expect(orphans([injection, ...handled])).toEqual([])
  })

  it('is still joined when the span that all link to was never stored', () => {
    const handled = ['inventory', 'payment'].map((service, i) => onEvent(`${service}/p`, service, 'OrderPlaced', 'gone/inject', [i, i + 2]))
    expect(orphans(handled)).toEqual([])
  })
})

describe('orphans', () => {
  it('are spans whose parent is nowhere', () => {
    expect(orphans(declined.filter(({ at }) => at !== 'reserve/process'))).toEqual(
      expect.arrayContaining(['inventory.reserve: its parent is missing', 'send inventory.events: its parent is missing']),
    )
  })

  it('are spans of a trace that no link joins with the request', () => {
    const lost: Told = { ...onEvent('lost/process', 'payment', 'OrderPlaced', 'x/y', [50, 51]), links: [] }
    expect(orphans([...declined, lost])).toEqual([`process payment.events: ${unjoined}`])
  })

  it('are all the handlers but the first when an event was injected without a trace', () => {
    const handled = ['inventory', 'payment'].map(
      (service, i): Told => ({ ...onEvent(`${service}/p`, service, 'OrderPlaced', 'x/y', [i, i + 2]), links: [] }),
    )
    expect(orphans(handled)).toEqual([`process payment.events: ${unjoined}`])
  })
})

describe('the end of an order', () => {
  it('is when the notification has heard of it', () => {
    expect(hasEnded(story(declined))).toBe(true)
    expect(hasEnded(story(declined.filter(({ service }) => service !== 'notification')))).toBe(false)
  })
  it('is not yet while a refund is on its way', () => {
    const asked = send('tell/refund', 'payment', 'PaymentRefundRequested', 'tell/process', [45, 46])
    expect(hasEnded(story([...declined, asked]))).toBe(false)
    expect(hasEnded(story([...declined, asked, send('tell/done', 'payment', 'PaymentRefunded', 'tell/process', [47, 48])]))).toBe(true)
  })
  it('is also where it was parked: nothing comes until an operator does', () => {
    const parked = onEvent('stuck/process', 'payment', 'OrderPlaced', 'post/order', [12, 13], { 'murmuration.outcome': 'parked' })
    expect(hasEnded(story([...declined.slice(0, 5), parked]))).toBe(true)
  })
  it('is unknown for other sagas', () => {
    expect(hasEnded(story([onEvent('u/p', 'order', 'ProductCreated', 'x/y', [0, 1])]))).toBeUndefined()
  })
})
