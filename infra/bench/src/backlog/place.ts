import { randomUUID } from 'node:crypto'
import { kafkaLog, type OutgoingRecord, uuidV7 } from '@murmuration/choreography'
import { OrderPlaced } from '@murmuration/contracts'
import { headersOf } from '../load/envelope.ts'
import type { Product } from '../setup/goods.ts'

const shippingAddress = { name: 'Bench Buyer', line1: 'Loopback Lane 1', city: 'Lisboa', postalCode: '1000-001', country: 'PT' }
const users = Array.from({ length: 20 }, () => randomUUID())
const perSend = 500

function placed(n: number, { productId, sku, name, price }: Product): OutgoingRecord {
  const [orderId, id, time] = [uuidV7(), uuidV7(), new Date().toISOString()]
  const item = { productId, sku, name, unitPrice: price, quantity: 1, subtotal: price }
  const { event, data } = OrderPlaced({
    orderId,
    userId: users[n % users.length] ?? '',
    items: [item],
    total: price,
    payment: { method: 'credit_card', source: 'channel' },
    shippingAddress,
    placedAt: time,
  })
  return { id, topic: event.topic, key: orderId, headers: headersOf(event, { id, sagaId: orderId, time }), body: JSON.stringify(data) }
}

/** Larger payments fail when the risk service's verdict takes longer than 5 s, as it does behind a backlog; these go on, and take the whole way. */
const largestMinorUnits = 10_000

/** Writes so many placed orders to their topic, as sagas that begin in Kafka. @returns their ids */
export async function placeInLog(brokers: string, all: readonly Product[], sagas: number): Promise<string[]> {
  const products = all.filter(({ price }) => price.amount <= largestMinorUnits)
  if (products.length === 0)
    throw new Error(`the catalogue has no goods for at most ${largestMinorUnits / 100} a piece, which a backlog takes`)
  const eventLog = kafkaLog({ brokers: brokers.split(','), clientId: 'bench' })
  const producer = eventLog.producer()
  const ids: string[] = []
  while (ids.length < sagas) {
    const records = Array.from({ length: Math.min(perSend, sagas - ids.length) }, (_, index) => {
      const n = ids.length + index
      return placed(n, products[n % products.length] as Product)
    })
    await producer.send(OrderPlaced.topic, records)
    ids.push(...records.map(({ key }) => key))
  }
  await producer.close()
  await eventLog.close()
  return ids
}
