import { randomUUID } from 'node:crypto'
import type { OutgoingRecord } from '@murmuration/choreography'
import type { EventKind } from '@murmuration/contracts'
import { exampleOf } from '@murmuration/contracts/examples'
import type { BareSaga } from '../bare/steps.ts'
import { headersOf } from '../load/envelope.ts'

/** Topics of their own beside the services', as many and with as many partitions. */
export const prefix = 'ideal.'

const templates = new Map<string, object>()

/** A message of the size and the headers that the services' have: the example of its schema, with this saga's ids. */
export function messageOf(event: EventKind, { orderId, paymentId, userId }: BareSaga, causationId: string, time: string): OutgoingRecord {
  const template = templates.get(event.type) ?? (exampleOf(event) as object)
  templates.set(event.type, template)
  const body = JSON.stringify({ ...template, orderId, userId, ...('paymentId' in template ? { paymentId } : {}) })
  const id = randomUUID()
  const headers = {
    ...headersOf(event, { id, sagaId: orderId, time, causationId }),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
  }
  return { id, topic: `${prefix}${event.topic}`, key: orderId, headers, body }
}
