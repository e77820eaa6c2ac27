import type { EffectHandler, ServiceDefinition } from '@murmuration/choreography'
import type { EventLog, Store } from '@murmuration/choreography/ports'

/** What an instance of a service stands on. */
export interface Ports {
  readonly store: Store
  readonly eventLog: EventLog
  readonly effects: Readonly<Record<string, EffectHandler>>
}

/** A fault that is planted on purpose, to see that it would be found. It wraps what instances are made of; no production code knows of it. */
export interface Mutant {
  readonly name: string
  /** What is broken, in a sentence. */
  readonly breaks: string
  definition?(definition: ServiceDefinition): ServiceDefinition
  /** Called for each instance when it starts. */
  ports?(ports: Ports, service: string): Ports
}
