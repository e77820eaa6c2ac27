import { randomUUID } from 'node:crypto'
import { dataschemaOf, type EventKind, eventByType } from '@murmuration/contracts'
import kafkajs from 'kafkajs'
import { kafka, type Seen } from './log.ts'
import { note } from './written.ts'

export interface Message {
  readonly topic: string
  readonly key: string | null
  readonly headers: Record<string, string>
  readonly value: string | Buffer | null
}

/** Writes messages as anybody could. @returns where each lies */
export async function write(...messages: readonly Message[]): Promise<{ topic: string; partition: number; offset: string }[]> {
  const producer = kafka().producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  try {
    const places: { topic: string; partition: number; offset: string }[] = []
    for (const { topic, ...message } of messages)
      for (const { partition, baseOffset } of await producer.send({ topic, acks: -1, messages: [message] }))
        places.push({ topic, partition, offset: baseOffset ?? '' })
    noteAll(messages)
    note(...places.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`))
    return places
  } finally {
    await producer.disconnect()
  }
}

/** Writes many messages of one topic at once. */
export async function flood(messages: readonly Message[]): Promise<void> {
  const [first] = messages
  if (first === undefined) return
  const producer = kafka().producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic: first.topic, acks: -1, messages: messages.map(({ topic: _, ...message }) => message) })
  await producer.disconnect()
  noteAll(messages)
}

const noteAll = (messages: readonly Message[]) => note(...messages.flatMap(({ headers }) => headers['ce_id'] ?? []))

const kindOf = (type: string): EventKind => {
  const kind = eventByType.get(type)
  if (kind === undefined) throw new Error(`there is no event ${type}`)
  return kind
}

/** A well-formed message of that event, which some tests then spoil. Without trace context. */
export function messageOf(type: string, sagaId: string, data: object, id: string = randomUUID()): Message {
  const kind = kindOf(type)
  return {
    topic: kind.topic,
    key: sagaId,
    headers: {
      ce_specversion: '1.0',
      ce_id: id,
      ce_type: type,
      ce_source: kind.source,
      ce_time: new Date().toISOString(),
      ce_dataschema: dataschemaOf(kind),
      'content-type': 'application/json',
      ce_sagaid: sagaId,
    },
    value: JSON.stringify(data),
  }
}

/** A message that was seen, to be written once more. */
export const again = ({ topic, headers, data }: Seen, key: string, id?: string): Message => ({
  topic,
  key,
  headers: { ...headers, ...(id !== undefined && { ce_id: id }) },
  value: JSON.stringify(data),
})
