import type { Command, LogMessage, Parking, Table } from '@murmuration/choreography'
import type { Provider } from './outside/provider.ts'

/** A message as anybody may write it into a topic. */
export interface ForeignMessage {
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

/** What somebody outside can do to the flock and see of it. Nothing of it ever fails because an instance died: it is asked again. */
export interface World {
  /** Milliseconds since 1970. */
  now(): number
  after(ms: number, task: () => void): void
  /** Resolves with the reply, or rejects with the RuleViolation: a client asks again, with the same ids, until one of both comes. */
  execute<Input, Reply>(service: string, command: Command<Input, Reply>, input: Input): Promise<Reply>
  /** The committed row. */
  row<Row extends object>(service: string, table: Table<Row>, key: string): Row | undefined
  /** What a topic holds so far of one key. */
  records(topic: string, key: string): readonly LogMessage[]
  /** @returns its place, `topic/partition/offset` */
  write(topic: string, message: ForeignMessage): string
  parking(service: string): Promise<Parking>
  /** Lets a service's instances get no messages and fire no timers for a while. */
  silence(service: string, forMs: number): void
  readonly provider: Provider
}
