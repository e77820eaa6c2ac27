import { hash } from 'node:crypto'
import { spansOf } from '../src/trace/otlp.ts'
import type { Span } from '../src/trace/span.ts'

export const sagaId = '019a9d3e-5f60-7d18-a2c4-9b8e7f6d5c04'

/** A span in short: `t1/a` is span `a` of trace `t1`. */
export interface Told {
  readonly at: string
  readonly service: string
  readonly name: string
  readonly kind?: 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'INTERNAL'
  readonly parent?: string
  readonly links?: readonly string[]
  /** From and to, in milliseconds after the saga began. */
  readonly ms?: readonly [number, number]
  readonly saga?: string | null
  readonly attributes?: Readonly<Record<string, string | number>>
  readonly error?: string
}

const hexId = (name: string, digits: number): string => hash('sha256', name).slice(0, digits)
export const traceId = (name: string): string => hexId(name, 32)
export const spanId = (at: string): string => hexId(at, 16)
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')
const traceOf = (at: string): string => at.split('/')[0] as string

/** Tempo's answer for one trace, as version 2.1 writes it: a batch per service, ids in base64. */
export function tempoAnswer(spans: readonly Told[], startMs: number): unknown {
  const nanos = (ms: number) => String(BigInt(Math.round((startMs + ms) * 1000)) * 1000n)
  return {
    batches: [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [{ scope: { name: 'test' }, spans: own.map((told) => tempoSpan(told, nanos)) }],
    })),
  }
}

function tempoSpan(
  { at, name, kind = 'INTERNAL', parent, links = [], ms = [0, 1], saga = sagaId, attributes = {}, error }: Told,
  nanos: (ms: number) => string,
) {
  const all = { ...(saga === null ? {} : { 'saga.id': saga }), ...attributes }
  return {
    traceId: base64(traceId(traceOf(at))),
    spanId: base64(spanId(at)),
    ...(parent === undefined ? {} : { parentSpanId: base64(spanId(parent)) }),
    name,
    kind: `SPAN_KIND_${kind}`,
    startTimeUnixNano: nanos(ms[0]),
    endTimeUnixNano: nanos(ms[1]),
    attributes: Object.entries(all).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
    })),
    links: links.map((link) => ({ traceId: base64(traceId(traceOf(link))), spanId: base64(spanId(link)) })),
    status: error === undefined ? {} : { code: 'STATUS_CODE_ERROR', message: error },
  }
}

/** Traces by id, as the walk has them after asking Tempo. */
export function tracesOf(spans: readonly Told[], startMs = Date.parse('2026-11-20T09:15:02.100Z')): ReadonlyMap<string, readonly Span[]> {
  const byTrace = Map.groupBy(spans, ({ at }) => traceOf(at))
  return new Map([...byTrace].map(([name, own]) => [traceId(name), spansOf(tempoAnswer(own, startMs))]))
}

/** The span of handling an event. */
export const onEvent = (
  at: string,
  service: string,
  type: string,
  from: string,
  ms: [number, number],
  attributes: Told['attributes'] = {},
): Told => ({
  at,
  service,
  name: `process ${service}.events`,
  kind: 'CONSUMER',
  links: [from],
  ms,
  attributes: { 'messaging.operation.type': 'process', 'cloudevents.event_type': type, 'murmuration.outcome': 'handled', ...attributes },
})

/** The span of sending an event. */
export const send = (at: string, service: string, type: string, parent: string, ms: [number, number]): Told => ({
  at,
  service,
  name: `send ${service}.events`,
  kind: 'CLIENT',
  parent,
  links: [parent],
  ms,
  attributes: { 'messaging.operation.type': 'send', 'cloudevents.event_type': type, 'messaging.message.id': `${at}-event` },
})

/** An order that was declined by the provider: the shape that the services leave in Tempo, shortened. */
export const declined: readonly Told[] = [
  { at: 'post/gateway', service: 'gateway', name: 'POST /api/v1/orders', kind: 'SERVER', ms: [0, 9] },
  { at: 'post/call', service: 'gateway', name: 'POST', kind: 'CLIENT', parent: 'post/gateway', ms: [1, 8] },
  { at: 'post/order', service: 'order', name: 'POST /orders', kind: 'SERVER', parent: 'post/call', ms: [2, 7] },
  {
    at: 'post/insert',
    service: 'order',
    name: 'pg.query:SELECT order',
    kind: 'CLIENT',
    parent: 'post/order',
    ms: [3, 4],
    saga: null,
    attributes: { 'db.system': 'postgresql' },
  },
  send('post/sent', 'order', 'OrderPlaced', 'post/order', [7, 9]),
  onEvent('reserve/process', 'inventory', 'OrderPlaced', 'post/order', [12, 17]),
  { at: 'reserve/decide', service: 'inventory', name: 'inventory.reserve', parent: 'reserve/process', ms: [13, 14] },
  send('reserve/sent', 'inventory', 'StockReserved', 'reserve/process', [17, 18]),
  onEvent('pay/process', 'payment', 'StockReserved', 'reserve/process', [20, 25]),
  send('pay/sent', 'payment', 'PaymentFailed', 'pay/process', [25, 26]),
  onEvent('release/process', 'inventory', 'PaymentFailed', 'pay/process', [30, 35]),
  send('release/sent', 'inventory', 'StockReleased', 'release/process', [35, 36]),
  onEvent('cancel/process', 'order', 'PaymentFailed', 'pay/process', [30, 36]),
  send('cancel/sent', 'order', 'OrderCancelled', 'cancel/process', [36, 37]),
  onEvent('late/process', 'inventory', 'OrderCancelled', 'cancel/process', [40, 42], {
    'murmuration.outcome': 'ignored',
    'murmuration.reason': 'nothing is held',
  }),
  onEvent('tell/process', 'notification', 'OrderCancelled', 'cancel/process', [40, 44]),
]
