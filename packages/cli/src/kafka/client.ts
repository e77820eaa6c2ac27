import { addCodecs } from '@murmuration/choreography/codecs'
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { messageOf, unreachable } from '../errors.ts'
import { need, type Stack } from '../stack/stack.ts'

addCodecs()

/** Where Kafka is. */
export type Brokers = Pick<Stack, 'brokers' | 'file'>

/** A client that gives up soon: a person waits. The first consumer group of a young broker needs more tries, as its coordinator is only being set up. */
export const kafkaOf = (stack: Brokers, retries = 3): Kafka =>
  new kafkajs.Kafka({
    clientId: 'murmur',
    brokers: [...need(stack, 'brokers')],
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries },
  })

/** Exit 3 for a broker that is not there; anything else stays what it is. */
export function kafkaFailure(stack: Brokers, error: unknown): Error {
  const name = error instanceof Error ? error.name : ''
  const gone = /Connection|NumberOfRetriesExceeded|BrokerNotFound|RequestTimeout/.test(name)
  if (gone) return unreachable(`Kafka at ${stack.brokers?.join(',')} does not answer (${messageOf(error)})`)
  if (
    /UNKNOWN_TOPIC|does not host this topic|not a topic/i.test(messageOf(error)) ||
    (error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION'
  )
    return unreachable('the topic does not exist', 'The services make their topics when they start: `npm start -- --detach`.')
  return error instanceof Error ? error : new Error(String(error))
}

/** Runs something with an admin client, and closes it. */
export async function withAdmin<T>(stack: Brokers, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaOf(stack).admin()
  try {
    await admin.connect()
    return await work(admin)
  } catch (error) {
    throw kafkaFailure(stack, error)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
