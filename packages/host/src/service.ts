import type { HandOver } from '@murmuration/choreography'
import type { processEnv } from '@murmuration/http'
import type { Logger } from '@murmuration/telemetry'
import type { Express } from 'express'
import type { z } from 'zod'

/** Where a service is to listen: the settings that all have. */
export type Where = z.ZodObject<Pick<(typeof processEnv)['shape'], 'PORT' | 'HOST'>>

/** What a service gets from whoever starts it. Spans and metrics that it makes are its own: it is started, and called, in its telemetry's scope. */
export interface ServiceContext<Settings> {
  readonly settings: Settings
  readonly log: Logger
  /** What services of this process hand to each other past the log; undefined for one that is alone. */
  readonly handOver: HandOver | undefined
  /** To be called when the service cannot go on: ends the process, for a supervisor to start it again. */
  fatal(error: Error): void
  /** What is to be done when the service ends, or does not come to start: the last given is done first. Told as soon as there is something to end. */
  onStop(step: () => unknown): void
}

/** A service that has started. The host serves its routes on `settings.PORT`. */
export interface StartedService {
  readonly app: Express
  /** Called before the last requests are waited for: lets go of those that would last, such as streams. */
  drain?(): void
}

/**
 * A service as a module, `services/<name>/src/service.ts`, which whoever hosts it starts: alone or with others in a process. It looks at no `process`: what it
 * needs, it is given.
 */
export interface HostedService<Schema extends Where = Where> {
  readonly name: string
  /** What it reads of the environment. */
  readonly settings: Schema
  /** At the public edge: it takes no more requests before the others stop answering. */
  readonly edge?: boolean
  /** Resolves when it takes part: its routes may be served. */
  start(context: ServiceContext<z.output<Schema>>): Promise<StartedService>
}

/** Infers what `start` gets from `settings`. */
export const hosted = <Schema extends Where>(service: HostedService<Schema>): HostedService<Schema> => service
