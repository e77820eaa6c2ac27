import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compensationsOf } from '../src/trace/compensation.ts'
import { drawStory } from '../src/trace/draw.ts'
import { storyOf } from '../src/trace/story.ts'
import { declined, onEvent, sagaId, type Told, tracesOf } from './stories.ts'

const edge = (name: string, service: string, to: string, undoes: readonly string[] = []) => ({
  from: { kind: 'event' as const, name },
  service,
  reaction: 'on' as const,
  to,
  ...(undoes.length === 0 ? {} : { undoes }),
})
const edges = [
  edge('OrderPlaced', 'inventory', 'StockReserved'),
  edge('StockReserved', 'payment', 'PaymentFailed'),
  edge('PaymentFailed', 'inventory', 'StockReleased', ['StockReserved', 'StockCommitted']),
  edge('PaymentFailed', 'order', 'OrderCancelled', ['OrderPlaced']),
]

const draw = (spans: readonly Told[], all = false) => {
  const story = storyOf(sagaId, tracesOf(spans))
  return stripVTControlCharacters(drawStory(story, { all, compensations: compensationsOf(story, { edges }) }))
}
const lineWith = (text: string, part: string) => text.split('\n').find((line) => line.includes(part))

describe('the drawn story', () => {
  it('says how long it took, over how many traces and services', () => {
    expect(draw(declined).split('\n')[0]).toMatch(
      /44\.0 ms · 7 traces · 16 spans \(1 of databases, frameworks and mere reading hidden, --all shows them\) · 5 services/,
    )
  })

  it('draws what a link leads to below its cause, further in', () => {
    const lines = draw(declined).split('\n')
    const at = (part: string) => lines.findIndex((line) => line.includes(part))
    expect(at('POST /orders')).toBeLessThan(at('⇢ on OrderPlaced'))
    expect(lineWith(draw(declined), '⇢ on OrderPlaced')?.indexOf('⇢')).toBeGreaterThan(
      lineWith(draw(declined), 'POST /api')?.indexOf('POST') ?? 0,
    )
  })

  it('marks compensations with what they undo, as far as it had happened', () => {
    const text = draw(declined)
    expect(lineWith(text, '→ StockReleased')).toContain('↩ undoes StockReserved')
    expect(lineWith(text, '→ StockReleased')).not.toContain('StockCommitted')
    expect(lineWith(text, '→ OrderCancelled')).toContain('↩ undoes OrderPlaced')
    expect(lineWith(text, '→ StockReserved')).not.toContain('↩')
  })

  it('marks what had no effect, and what failed', () => {
    const parked = {
      ...onEvent('bad/process', 'payment', 'OrderPlaced', 'post/order', [12, 13], {
        'murmuration.outcome': 'parked',
        'murmuration.reason': 'malformed',
      }),
      error: 'parked: malformed',
    }
    const text = draw([...declined, parked])
    expect(text).toContain('∅ ignored: nothing is held')
    expect(text).toContain('✗ malformed')
  })

  it('hides spans of databases unless asked for', () => {
    expect(draw(declined)).not.toContain('pg.query')
    expect(draw(declined, true)).toContain('pg.query')
  })

  it('leaves out requests that only looked at it, and what hangs below a hidden span moves up', () => {
    const look: Told = {
      at: 'look/g',
      service: 'gateway',
      name: 'GET /orders',
      kind: 'SERVER',
      ms: [900, 901],
      attributes: { 'http.request.method': 'GET' },
    }
    const handler: Told = {
      at: 'post/handler',
      service: 'order',
      name: 'request handler',
      parent: 'post/order',
      ms: [2, 7],
      attributes: { 'express.type': 'request_handler' },
    }
    const inner: Told = { at: 'post/inner', service: 'order', name: 'order.create', parent: 'post/handler', ms: [3, 6] }
    const text = draw([...declined, look, handler, inner])
    expect(text.split('\n')[0]).toContain('44.0 ms')
    expect(text).not.toContain('request handler')
    expect(lineWith(text, 'order.create')?.indexOf('order.create')).toBe((lineWith(text, 'POST /orders')?.indexOf('POST') ?? 0) + 1)
    expect(draw([...declined, look], true)).toContain('GET /orders')
  })

  it('hangs what links to a span outside the story below the first one of that trace', () => {
    const refund: Told[] = [
      { at: 'back/http', service: 'payment', name: 'POST /refunds', kind: 'SERVER', saga: 'the-refund', ms: [60, 66] },
      { at: 'back/decide', service: 'payment', name: 'payment.refund', parent: 'back/http', ms: [61, 62] },
      onEvent('give/process', 'channel', 'PaymentRefundRequested', 'back/http', [70, 75]),
    ]
    expect(lineWith(draw([...declined, ...refund]), 'on PaymentRefundRequested')).toContain('⇢ on')
  })

  it('names orphans', () => {
    expect(draw([...declined, { at: 'lost/p', service: 'risk', name: 'lost', ms: [1, 2] }])).toContain('✗ orphan: risk lost')
  })
})
