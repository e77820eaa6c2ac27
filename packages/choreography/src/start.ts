import { withCrashPoints } from './crash-points.ts'
import { inBackground } from './in-background.ts'
import { kafkaLog, PARTITIONS } from './kafka/log.ts'
import { postgresStore } from './postgres/store.ts'
import { type Runtime, type RuntimeOptions, startRuntime } from './runtime/runtime.ts'
import type { ServiceDefinition } from './service.ts'

/** What of a service's environment the choreography needs. */
interface Settings {
  /** PostgreSQL URL of the service's own database. */
  readonly DATABASE_URL: string
  /** Comma list of host:port. */
  readonly KAFKA_BROKERS: string
  /** Partitions of a new topic. */
  readonly TOPIC_PARTITIONS?: number
  /** See crash-points.ts. */
  readonly CRASH_FILE?: string | undefined
}

export interface StartOptions extends Omit<RuntimeOptions, 'store' | 'eventLog'> {
  readonly settings: Settings
}

/** Starts a service on PostgreSQL and Kafka: brings the schema `choreography` up to date, publishes what an earlier run left, and joins the consumer group. Waits for PostgreSQL, not for Kafka. */
export async function startService(definition: ServiceDefinition, { settings, ...options }: StartOptions): Promise<Runtime> {
  const { DATABASE_URL: databaseUrl, KAFKA_BROKERS: brokers, TOPIC_PARTITIONS: partitions = PARTITIONS, CRASH_FILE: crashFile } = settings
  const store = await postgresStore({ databaseUrl, consumer: definition.group })
  const eventLog = kafkaLog({
    brokers: brokers.split(',').map((broker) => broker.trim()),
    clientId: definition.name,
    partitions,
    members: store.members,
  })
  const parts = { store, eventLog: inBackground(eventLog), effects: options.effects ?? {} }
  try {
    return await startRuntime(definition, { ...options, ...(crashFile ? withCrashPoints(parts, crashFile) : parts) })
  } catch (error) {
    await store.close().catch(() => {})
    throw error
  }
}
