import { context } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs'

type EachBatch = (this: unknown, payload: { batch: { topic: string; partition: number; messages: readonly unknown[] } }) => Promise<void>
type Patch = (client: unknown) => (original: EachBatch) => EachBatch

/**
 * kafkajs's instrumentation. Where tracing is suppressed, as in our consumers, its own makes a span that is thrown away, its attributes and an
 * extraction of the headers for every message of a batch; this one only the `poll` span and the metrics of the batch.
 */
export function kafkaJsInstrumentation(): KafkaJsInstrumentation {
  const instrumentation = new KafkaJsInstrumentation()
  const methods = instrumentation as unknown as { _getConsumerEachBatchPatch: Patch }
  const own = methods._getConsumerEachBatchPatch
  methods._getConsumerEachBatchPatch = (client) => {
    const patch = own.call(instrumentation, client)
    return (original) => {
      const whole = patch(original)
      return function eachBatch(payload) {
        if (!isTracingSuppressed(context.active())) return whole.call(this, payload)
        const { topic, partition, messages } = payload.batch
        // As many, to be counted, but none to be looked at.
        const counted = { length: messages.length, forEach() {} } as unknown as readonly unknown[]
        return patch(() => original.call(this, payload)).call(this, { batch: { topic, partition, messages: counted } })
      }
    }
  }
  return instrumentation
}
