import type { ServiceDefinition } from '@murmuration/choreography'
import type { Ports } from '@murmuration/simulation'

export type { Ports }

/** A fault that is planted on purpose, to see that it would be found. It wraps what instances are made of; no production code knows of it. */
export interface Mutant {
  readonly name: string
  /** What is broken, in a sentence. */
  readonly breaks: string
  definition?(definition: ServiceDefinition): ServiceDefinition
  /** Called for each instance when it starts. */
  ports?(ports: Ports): Ports
  /** Its effects; the instance's name is another one after each start. */
  effects?(effects: Ports['effects'], instance: string): Ports['effects']
}
