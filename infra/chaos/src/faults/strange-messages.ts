import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataschemaOf, OrderPlaced, PaymentCaptured } from '@murmuration/contracts'
import kafkajs, { type Message } from 'kafkajs'
import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

const everyMs = 250
const kinds = [OrderPlaced, PaymentCaptured]

/** What makes each of them strange; each has to be parked by all who read its topic, and to hold up nobody. */
const strange: readonly ((message: Message) => Message)[] = [
  (message) => ({ ...message, value: Buffer.from('{"a\\u0000":1}') }),
  (message) => ({ ...message, value: Buffer.from('{"a\\ud800":1}') }),
  (message) => ({ ...message, value: Buffer.from([0]) }),
  (message) => ({ ...message, value: Buffer.from('{}', 'utf16le') }),
  (message) => ({ ...message, key: Buffer.from('a\0b') }),
  (message) => ({ ...message, key: Buffer.from([0xff, 0xfe]) }),
  (message) => ({ ...message, key: randomBytes(10_000) }),
  (message) => ({ ...message, key: Buffer.alloc(0) }),
  (message) => ({ ...message, headers: { ...message.headers, ce_id: 'a\0' } }),
  (message) => ({ ...message, headers: { ...message.headers, ce_id: randomBytes(8_000).toString('hex') } }),
  (message) => ({ ...message, headers: { ...message.headers, ce_time: 'yesterday', ce_dataschema: '\0' } }),
  (message) => ({ ...message, headers: {} }),
]

/** A stranger writes what no database can hold as text, one after the other, into topics that all sagas go through; some of it in transactions that it gives up. */
export const strangeMessages: Fault = {
  name: 'strange-messages',
  row: rows.strangers,
  draw: (_random, long) => ({ target: 'kafka', forMs: long ? 6000 : 5000 }),
  inject(stage) {
    const kafka = new kafkajs.Kafka({ clientId: 'chaos-writer', brokers: stage.brokers.split(','), logLevel: kafkajs.logLevel.NOTHING })
    const producer = kafka.producer()
    const bank = kafka.producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 })
    const ending = new AbortController()
    let turn = 0
    const write = async (): Promise<void> => {
      const kind = kinds[turn % kinds.length] as (typeof kinds)[number]
      const plain = {
        key: randomUUID(),
        value: '{}',
        headers: { ce_id: randomUUID(), ce_type: kind.type, ce_source: kind.source, ce_dataschema: dataschemaOf(kind) },
      }
      const message = (strange[turn++ % strange.length] as (typeof strange)[number])(plain)
      for (const { topicName, partition, baseOffset } of await producer.send({ topic: kind.topic, messages: [message] }))
        stage.planted.add(`${topicName}/${partition}/${baseOffset}`)
      if (turn % 4 > 0) return
      const transaction = await bank.transaction()
      await transaction.send({ topic: kind.topic, messages: [message] })
      await transaction.abort()
    }
    const writing = (async () => {
      await Promise.all([producer.connect(), bank.connect()])
      while (!ending.signal.aborted) {
        await write()
        await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => undefined)
      }
    })()
    writing.catch(() => undefined)
    return Promise.resolve(async () => {
      ending.abort()
      await writing
      await Promise.all([producer.disconnect(), bank.disconnect()])
    })
  },
}
