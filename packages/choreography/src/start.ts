import { withCrashPoints } from './crash-points.ts'
import { kafkaLog } from './kafka/log.ts'
import { postgresStore } from './postgres/store.ts'
import { type Runtime, type RuntimeOptions, startRuntime } from './runtime/runtime.ts'
import type { ServiceDefinition } from './service.ts'

export interface StartOptions extends Omit<RuntimeOptions, 'store' | 'eventLog'> {
  /** PostgreSQL URL of the service's own database. */
  readonly databaseUrl: string
  /** Comma list of host:port. */
  readonly kafkaBrokers: string
}

/** Starts a service on PostgreSQL and Kafka: brings the schema `choreography` up to date, joins the consumer group, publishes what an earlier run left. */
export async function startService(
  definition: ServiceDefinition,
  { databaseUrl, kafkaBrokers, ...options }: StartOptions,
): Promise<Runtime> {
  const store = await postgresStore({ databaseUrl, consumer: definition.group })
  const eventLog = kafkaLog({ brokers: kafkaBrokers.split(',').map((broker) => broker.trim()), clientId: definition.name })
  const parts = { store, eventLog, effects: options.effects ?? {} }
  const crashFile = process.env['CRASH_FILE']
  return await startRuntime(definition, { ...options, ...(crashFile ? withCrashPoints(parts, crashFile) : parts) })
}
