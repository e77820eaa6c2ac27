import { Transient } from '@murmuration/contracts'
import kafkajs from 'kafkajs'

/** Sorts a client's error: Transient (the broker is not there, however often kafkajs has tried), or itself. */
export function classify(error: unknown): unknown {
  if (!(error instanceof kafkajs.KafkaJSError)) return error
  if (!error.retriable && !(error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded)) return error
  return new Transient(`the broker is not there: ${error.message}`, { cause: error })
}
