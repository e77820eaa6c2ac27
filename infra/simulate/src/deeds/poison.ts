import type { LogMessage } from '@murmuration/choreography'
import { type Wire, wireOf } from '@murmuration/choreography/ports'
import {
  ChannelCaptured,
  type EventKind,
  PaymentCaptured,
  PaymentFailed,
  PaymentRefundRequested,
  StockReturned,
} from '@murmuration/contracts'
import { type ForeignMessage, hashOf } from '@murmuration/simulation'
import { idOf } from '../workload/ids.ts'
import type { Poison } from '../workload/plan.ts'
import type { Perform } from './deed.ts'
import { sealed } from './messages.ts'

interface Placed {
  readonly orderId: string
  readonly userId: string
  readonly total: { readonly amount: number; readonly currency: 'EUR' }
  readonly shippingAddress: object
}

/** Makes a bad message from the order's genuine first one. */
type Recipe = (genuine: LogMessage, placed: Placed, id: string) => { readonly topic?: string; readonly message: ForeignMessage }

const like = ({ key, headers, value }: LogMessage, changed: Partial<ForeignMessage>): ForeignMessage => ({
  key,
  headers,
  value,
  ...changed,
})
const renamed = (genuine: LogMessage, id: string, more: Readonly<Record<string, string>> = {}) => ({
  ...genuine.headers,
  ce_id: id,
  ...more,
})
/** Headers and key as bytes, which need not be text. */
function inBytes(genuine: LogMessage, changed: Readonly<Record<string, string>>, key?: Buffer): ForeignMessage {
  const headers = Object.entries(changed).map(([name, value]): Wire['headers'][number] => [Buffer.from(name), Buffer.from(value)])
  const wire = wireOf(genuine)
  return like(genuine, {
    headers: { ...genuine.headers, ...changed },
    wire: () => ({ key: key ?? wire.key, headers: [...wire.headers.filter(([name]) => !(String(name) in changed)), ...headers] }),
  })
}
const textOf = ({ wire: _, ...genuine }: LogMessage, headers: LogMessage['headers']): LogMessage => ({ ...genuine, headers })

/** Another byte somewhere in the key, a header or the body; under an id of its own, as under the genuine one it might come first where its key is another. */
function spoilt(genuine: LogMessage, nth: number, id: string): ForeignMessage {
  const text = textOf(genuine, renamed(genuine, id))
  const { key, headers } = wireOf(text)
  const parts = [key, genuine.value, ...headers.flat()].map((bytes) => Buffer.from(bytes ?? ''))
  const chosen = parts[nth % parts.length] as Buffer
  // Under an id that nobody has noted it would be an event of unknown origin.
  const part = chosen.toString() === id ? (parts[0] as Buffer) : chosen
  part[(nth >> 4) % Math.max(1, part.length)] = [0x00, 0x5c, 0x80, 0xff][nth % 4] as number
  const [changedKey = null, value = null, ...flat] = parts
  const pairs = headers.map((_, at) => [flat[2 * at] as Buffer, flat[2 * at + 1] as Buffer] as const)
  return like(text, { value, wire: () => ({ key: changedKey, headers: pairs }) })
}
const stranger = idOf('user', 999)
const unknownPayment = '00000bad-0000-7000-8000-000000000000'
const forged = (event: EventKind, data: object, key: string, id: string) => ({
  topic: event.topic,
  message: sealed({ event, data }, key, id),
})

const recipes: Readonly<Record<Poison, Recipe>> = {
  'no json': (genuine, _, id) => ({ message: like(genuine, { headers: renamed(genuine, id), value: Buffer.from('{"broken') }) }),
  'empty body': (genuine, _, id) => ({ message: like(genuine, { headers: renamed(genuine, id), value: null }) }),
  'no headers': (genuine) => ({ message: like(genuine, { headers: {} }) }),
  'wrong schema': (genuine, _, id) => ({ message: like(genuine, { headers: renamed(genuine, id), value: Buffer.from('{"orderId":1}') }) }),
  'unknown type': (genuine, _, id) => ({ message: like(genuine, { headers: renamed(genuine, id, { ce_type: 'OrderEaten' }) }) }),
  'unknown version': (genuine, _, id) => ({
    message: like(genuine, {
      headers: renamed(genuine, id, { ce_dataschema: (genuine.headers['ce_dataschema'] ?? '').replace(/\d+$/, '99') }),
    }),
  }),
  'wrong producer': (genuine, _, id) => ({ message: like(genuine, { headers: renamed(genuine, id, { ce_source: 'payment' }) }) }),
  'forged order': (genuine, placed, id) => {
    const data = { ...(JSON.parse(String(genuine.value)) as object), userId: stranger }
    return { message: like(genuine, { key: placed.orderId, headers: renamed(genuine, id), value: Buffer.from(JSON.stringify(data)) }) }
  },
  'forged capture': (_, { orderId, userId, total }, id) =>
    forged(
      PaymentCaptured,
      {
        orderId,
        paymentId: unknownPayment,
        userId,
        amount: { ...total, amount: total.amount + 1 },
        providerReference: 'ch_forged',
        capturedAt: '2026-01-01T00:00:00.000Z',
      },
      orderId,
      id,
    ),
  'forged failure': (_, { orderId, total }, id) =>
    forged(PaymentFailed, { orderId, paymentId: unknownPayment, userId: stranger, amount: total, reason: 'declined' }, orderId, id),
  'forged charge': (_, { orderId, total }, id) =>
    forged(
      ChannelCaptured,
      {
        orderId,
        paymentId: unknownPayment,
        amount: total,
        method: 'paypal',
        providerReference: 'ch_forged',
        capturedAt: '2026-01-01T00:00:00.000Z',
      },
      orderId,
      id,
    ),
  'forged return': (_, { orderId }, id) =>
    forged(StockReturned, { orderId, returnId: unknownPayment, lines: [{ sku: 'sku-0', warehouse: 'main', quantity: 1 }] }, orderId, id),
  'forged refund': (_, { orderId, total }, id) =>
    forged(
      PaymentRefundRequested,
      {
        orderId,
        paymentId: unknownPayment,
        refundId: unknownPayment,
        userId: stranger,
        amount: total,
        method: 'paypal',
        providerReference: 'ch_forged',
        cause: 'by_admin',
        attempt: 1,
      },
      orderId,
      id,
    ),
  'NUL in a name': (genuine, _, id) => ({
    message: like(genuine, { headers: renamed(genuine, id), value: Buffer.from('{"a\\u0000":1}') }),
  }),
  'half a surrogate pair': (genuine, placed, id) => {
    const value = JSON.stringify({ ...placed, shippingAddress: { ...placed.shippingAddress, name: '\ud83d' } })
    return { message: like(genuine, { headers: renamed(genuine, id), value: Buffer.from(value) }) }
  },
  'not UTF-8': (genuine, _, id) => ({
    message: like(genuine, { headers: renamed(genuine, id), value: Buffer.from([0x7b, 0xff, 0x00, 0x7d]) }),
  }),
  'UTF-16': (genuine, _, id) => ({
    message: like(genuine, { headers: renamed(genuine, id), value: Buffer.from(String(genuine.value), 'utf16le') }),
  }),
  'NUL in the id': (genuine, _, id) => ({ message: inBytes(genuine, { ce_id: `${id}\0` }) }),
  'endless id': (genuine, _, id) => ({ message: inBytes(genuine, { ce_id: id.repeat(1_000) }) }),
  'NUL in a header': (genuine, _, id) => ({ message: inBytes(genuine, { ce_id: id, ce_source: '\0', ce_dataschema: '\0' }) }),
  'a header called __proto__': (genuine, _, id) => ({ message: inBytes(genuine, { ce_id: id, ['__proto__']: 'x', ce_time: '?' }) }),
  'a key that is no text': (genuine, _, id) => ({ message: inBytes(genuine, { ce_id: id }, Buffer.from([0xff, 0xfe])) }),
  'endless key': (genuine, _, id) => ({ message: inBytes(genuine, { ce_id: id }, Buffer.alloc(10_000, 'key')) }),
  'no time': (genuine, _, id) => ({ message: like(genuine, { headers: renamed(genuine, id, { ce_time: 'yesterday' }) }) }),
  'one other byte': (genuine, placed, id) => ({ message: spoilt(genuine, hashOf(placed.orderId), id) }),
  'same id, other body': (genuine) => ({ message: like(genuine, { value: Buffer.from(` ${String(genuine.value)}`) }) }),
}

/** Only about an order that the log has heard of: before that, nobody could tell a forged one from a genuine one. */
export const poison: Perform<'poison'> = async ({ how, order }, { world, notebook }) => {
  const orderId = idOf('order', order)
  const [genuine] = world.records('order.events', orderId)
  if (genuine === undefined) return undefined
  // An injected order has no genuine message under its id.
  if (how === 'same id, other body' && notebook.planted.has(genuine.headers['ce_id'] ?? '')) return undefined
  const placed = JSON.parse(String(genuine.value)) as Placed
  const id = `poison-${order}-${how.replaceAll(' ', '-')}`
  const { topic = genuine.topic, message } = recipes[how](genuine, placed, id)
  const place = world.write(topic, message)
  notebook.planted.add(place)
  if (message.headers['ce_id'] === id) notebook.planted.add(id)
  return `${topic} got it`
}

const TOPICS = ['order.events', 'inventory.events', 'payment.events', 'risk.events', 'channel.events']

/** A message of the order's story once more, as a producer that lost its answer or a client that replays a topic writes it. */
export const repeat: Perform<'repeat'> = async ({ order, nth }, { world, notebook }) => {
  const orderId = idOf('order', order)
  const planted = ({ topic, partition, offset, headers }: LogMessage) =>
    notebook.planted.has(`${topic}/${partition}/${offset}`) || notebook.planted.has(headers['ce_id'] ?? '')
  const all = TOPICS.flatMap((topic) => world.records(topic, orderId)).filter((message) => !planted(message))
  const again = all.length === 0 ? undefined : all[nth % all.length]
  if (again === undefined) return undefined
  world.write(again.topic, again)
  return again.type
}
