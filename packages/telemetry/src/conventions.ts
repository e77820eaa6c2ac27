/**
 * Every `messaging.*` name in one place, as the conventions (1.44) still call them "Development": a rename there is an edit here.
 * Attribute, metric and bucket values are those of the OpenTelemetry messaging conventions for Kafka.
 */

/** Attribute names of spans and metrics. */
export const ATTR = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  batchSize: 'messaging.batch.message_count',
  key: 'messaging.kafka.message.key',
  offset: 'messaging.kafka.offset',
  messageId: 'messaging.message.id',
  conversationId: 'messaging.message.conversation_id',
  eventType: 'cloudevents.event_type',
  delivery: 'murmuration.delivery',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  sagaId: 'saga.id',
  sagaForce: 'saga.force',
} as const

/** Value of `messaging.system`. */
export const KAFKA = 'kafka'

/** Operation names and types: `send` = CLIENT, `poll`/`receive` = CLIENT, `process` = CONSUMER, `commit`/`settle` = CLIENT. */
export const OPERATION = {
  send: { name: 'send', type: 'send' },
  poll: { name: 'poll', type: 'receive' },
  process: { name: 'process', type: 'process' },
  commit: { name: 'commit', type: 'settle' },
} as const

/** Metric names. The client metrics are recorded by the kafkajs instrumentation, `processDuration` by our runtime. */
export const METRIC = {
  operationDuration: 'messaging.client.operation.duration',
  processDuration: 'messaging.process.duration',
  sentMessages: 'messaging.client.sent.messages',
  consumedMessages: 'messaging.client.consumed.messages',
  spansDropped: 'telemetry.spans.dropped',
} as const

/** Histogram bounds of durations, in seconds. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** The only baggage keys that are read, copied to spans, and carried on. Anything else a sender puts there is dropped. */
export const BAGGAGE_KEYS = ['user.id', 'request.id', 'session.id', 'order.id'] as const
export type BaggageKey = (typeof BAGGAGE_KEYS)[number]

/** HTTP header by which the gateway tells a service the saga id of a command. */
export const SAGA_HEADER = 'saga-id'

/** Paths of probes and scrapes, which are never traced, neither as server nor as client. */
export const UNTRACED_PATHS: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics'])
